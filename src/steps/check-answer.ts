import { toFieldErrors } from "../contract/field-errors.ts";
import type { FieldError } from "../contract/problem.ts";
import { sayWhatIsWrong } from "../contract/say-what-is-wrong.ts";
import type { CallStep } from "./call.ts";

type CheckedAnswer = { readonly output: unknown } | { readonly errors: readonly FieldError[] };

/** What an external worker has answered, as the step's schema makes it; or what of it does not fit. */
export function checkAnswer({ answer }: Pick<CallStep, "answer">, output: unknown): CheckedAnswer {
  const parsed = answer.safeParse(output, { error: sayWhatIsWrong });
  return parsed.success ? { output: parsed.data } : { errors: toFieldErrors(parsed.error.issues) };
}
