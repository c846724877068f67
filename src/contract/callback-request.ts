import { z } from "zod";

/** The body of `POST /api/callbacks/{token}`: what the worker has made. The step's own schema decides what it must be. */
export const callbackRequestSchema = z.record(z.string(), z.unknown()).meta({ id: "Callback" });

/** The body of `POST /api/callbacks/{token}/failure`. */
export const callbackFailureSchema = z
  .strictObject({
    message: z
      .string()
      .min(1)
      .max(500)
      .regex(/^\P{Cc}*$/u, "has control characters")
      .meta({ description: "Why it could not be done: the job fails with it" }),
  })
  .meta({ id: "CallbackFailure" });
