import type { z } from "zod";

type RawIssue = z.core.$ZodRawIssue;

/** A list of more is no help to whoever reads the message; the API document has it. */
const MOST_VALUES_NAMED = 10;

/**
 * What is wrong with a value, said of it: `must be at least 1`. For `safeParse(value, { error: sayWhatIsWrong })`; a
 * message that stands in the schema itself comes before it, and zod's own is used where there is nothing better.
 */
export function sayWhatIsWrong(issue: RawIssue): string | undefined {
  if (issue.input === undefined && issue.code !== "custom") return "is required";
  if (issue.code === "invalid_type") return `must be ${TYPE_NAMES[issue.expected] ?? `of type ${issue.expected}`}`;
  if (issue.code === "invalid_value") return valuesMessage(issue.values.map(String));
  if (issue.code === "too_small")
    return sizeMessage(issue.inclusive === false ? "more than" : "at least", issue.minimum, issue.origin);
  if (issue.code === "too_big")
    return sizeMessage(issue.inclusive === false ? "less than" : "at most", issue.maximum, issue.origin);
  if (issue.code === "invalid_format") return FORMAT_MESSAGES[issue.format];
  return undefined;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "an array",
  object: "an object",
  record: "an object",
};

const FORMAT_MESSAGES: Readonly<Record<string, string>> = {
  datetime: "must be a time with its offset, such as 2030-01-31T09:00:00Z",
  url: "must be an address, such as https://example.com/report.pdf",
};

function valuesMessage(values: readonly string[]): string {
  if (values.length > MOST_VALUES_NAMED) return "is none of the values that there are";
  return values.length === 1 ? `must be ${values[0]}` : `must be one of ${values.join(", ")}`;
}

function sizeMessage(bound: string, size: number | bigint, origin: string): string | undefined {
  const counted = COUNTED[origin];
  if (counted) return `must have ${bound} ${size} ${counted}${Number(size) === 1 ? "" : "s"}`;
  return NUMBERS.includes(origin) ? `must be ${bound} ${size}` : undefined;
}

const COUNTED: Readonly<Record<string, string>> = { string: "character", array: "item", set: "item" };
const NUMBERS: readonly string[] = ["number", "int", "bigint"];
