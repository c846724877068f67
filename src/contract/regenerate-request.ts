import { z } from "zod";

/** The body of `POST /api/jobs/{job_id}/regenerate`; it need not be there. */
export const regenerateRequestSchema = z
  .strictObject({
    payload: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: "In place of the payload that the job has; checked by its profile as it is today" }),
  })
  .meta({ id: "RegenerateRequest" });
