import { z } from "zod";
import { ERROR_CODES } from "../../contract/error-codes.ts";
import type { ErrorCode } from "../../contract/error-codes.ts";

export const jobErrorSchema = z.object({
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
});
export type JobError = z.infer<typeof jobErrorSchema>;
