import type { z } from "zod";
import { toFieldErrors } from "../contract/field-errors.ts";
import { sayWhatIsWrong } from "../contract/say-what-is-wrong.ts";
import { MillraceError } from "./errors.ts";

/**
 * What was sent, as its schema makes it: a field that does not exist is told before anything that is wrong with others.
 *
 * @throws MillraceError UNKNOWN_FIELD, VALIDATION_FAILED, each with `errors`
 */
export function checkBody<Body>(schema: z.ZodType<Body>, value: unknown): Body {
  const parsed = schema.safeParse(value, { error: sayWhatIsWrong });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const unknown = issues.filter((issue) => issue.code === "unrecognized_keys");
  if (unknown.length > 0)
    throw new MillraceError("UNKNOWN_FIELD", "The body has a field that does not exist", {
      details: { errors: toFieldErrors(unknown) },
    });
  throw new MillraceError("VALIDATION_FAILED", "The body does not fit its schema", {
    details: { errors: toFieldErrors(issues) },
  });
}
