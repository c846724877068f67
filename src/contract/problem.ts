import { z } from "zod";
import { ERROR_CODES } from "./error-codes.ts";
import type { ErrorCode } from "./error-codes.ts";

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** Where in the request, and what is wrong there. */
export const fieldErrorSchema = z.object({
  pointer: z.string().meta({ description: "JSON Pointer into the body", examples: ["/payload/max_words"] }),
  message: z.string(),
});
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** Every error of the API: RFC 9457 problem details. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: "Path of the page that explains this problem" }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
    trace_id: z.string(),
    errors: z.array(fieldErrorSchema).optional(),
  })
  .meta({ id: "Problem", description: "Problem details (RFC 9457)" });
export type Problem = z.infer<typeof problemSchema>;

/** `VALIDATION_FAILED` → `/problems/validation-failed`, the page that explains the code. */
export function problemType(code: ErrorCode): string {
  return `/problems/${code.toLowerCase().replaceAll("_", "-")}`;
}

/** The code that a problem page's last path segment names, if there is one. */
export function codeOfProblemType(slug: string): ErrorCode | undefined {
  const code = slug.toUpperCase().replaceAll("-", "_");
  return code in ERROR_CODES ? (code as ErrorCode) : undefined;
}
