import { Ajv2020 } from "ajv/dist/2020.js";
import type { FieldError } from "../contract/problem.ts";
import type { FORMATS } from "./answer-keywords.ts";
import type { AnswerSchema } from "./answer-schema.ts";

/** As many as help a model to mend its answer. */
const MOST_PROBLEMS = 20;

/** Each takes time in proportion to the text's length. */
const FORMAT_CHECKS: Readonly<Record<(typeof FORMATS)[number], (text: string) => boolean>> = {
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text),
  "date-time": (text) =>
    /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/.test(text) &&
    isDay(text.slice(0, 10)) &&
    !Number.isNaN(Date.parse(text)),
  email: (text) => /^[^\s@]{1,64}@[^\s@]{1,255}$/.test(text),
  uri: (text) => URL.canParse(text),
};

/** JavaScript takes February 30 for the second of March. */
function isDay(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** What of an answer does not fit: nothing, if all does. */
export type AnswerCheck = (answer: unknown) => readonly FieldError[];

/**
 * Makes a check of a schema that `answerSchemaProblems` has found nothing wrong with: only such a one is compiled, since a
 * validator becomes code of ours.
 */
export function createAnswerCheck(schema: AnswerSchema): AnswerCheck {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false, // Types and keywords are held together by `answer-keywords.ts`, which lets a value be of several.
    allErrors: true,
    validateFormats: true,
    formats: FORMAT_CHECKS,
    addUsedSchema: false,
    logger: false,
  });
  const validate = ajv.compile(schema);
  return (answer) => {
    if (validate(answer)) return [];
    const errors = (validate.errors ?? []).slice(0, MOST_PROBLEMS);
    return errors.map(({ instancePath, message = "does not fit" }) => ({ pointer: instancePath, message }));
  };
}
