import { escapePointer } from "../contract/field-errors.ts";
import type { FieldError } from "../contract/problem.ts";
import { MAX_SCHEMA_DEPTH, checkKeywords } from "./answer-keywords.ts";

/** A JSON Schema that a caller gave, and that an answer is to fit. */
export type AnswerSchema = Readonly<Record<string, unknown>>;

/** As many characters as a person could have written, and a model reads with every question. */
const MAX_SCHEMA_CHARACTERS = 20_000;
const MAX_SCHEMA_NODES = 200;

interface Node {
  readonly schema: AnswerSchema;
  readonly pointer: string;
  readonly depth: number;
}

/**
 * What is wrong with a schema that a caller gave: it must say an object, in a part of JSON Schema (2020-12) that takes bounded
 * time to check and that models understand, and be of a size that is read in passing. Stops at the first level that is wrong.
 */
export function answerSchemaProblems(schema: AnswerSchema): FieldError[] {
  if (JSON.stringify(schema).length > MAX_SCHEMA_CHARACTERS)
    return [{ pointer: "", message: `is longer than ${MAX_SCHEMA_CHARACTERS} characters as JSON` }];
  if (schema["type"] !== "object" || !hasEntries(schema["properties"]))
    return [{ pointer: "", message: 'must be of "type": "object", with "properties"' }];
  let level: readonly Node[] = [{ schema, pointer: "", depth: 1 }];
  for (let count = level.length; level.length > 0; count += level.length) {
    if (count > MAX_SCHEMA_NODES) return [{ pointer: "", message: `describes more than ${MAX_SCHEMA_NODES} values` }];
    const problems = level.flatMap(problemsOf);
    if (problems.length > 0) return problems;
    level = level.flatMap(childrenOf);
  }
  return [];
}

function problemsOf({ schema, pointer, depth }: Node): FieldError[] {
  if (depth > MAX_SCHEMA_DEPTH) return [{ pointer, message: `is nested deeper than ${MAX_SCHEMA_DEPTH} levels` }];
  return checkKeywords(schema).map(({ keyword, message }) => ({
    pointer: keyword === undefined ? pointer : `${pointer}/${escapePointer(keyword)}`,
    message,
  }));
}

/** Of a schema whose keywords are right. */
function childrenOf({ schema, pointer, depth }: Node): Node[] {
  const {
    properties = {},
    items,
    anyOf = [],
  } = schema as {
    readonly properties?: Readonly<Record<string, AnswerSchema>>;
    readonly items?: AnswerSchema;
    readonly anyOf?: readonly AnswerSchema[];
  };
  const child = (found: AnswerSchema, ...path: string[]): Node => ({
    schema: found,
    pointer: [pointer, ...path.map(escapePointer)].join("/"),
    depth: depth + 1,
  });
  return [
    ...Object.entries(properties).map(([name, found]) => child(found, "properties", name)),
    ...(items ? [child(items, "items")] : []),
    ...anyOf.map((found, index) => child(found, "anyOf", String(index))),
  ];
}

function hasEntries(value: unknown): boolean {
  return value !== null && typeof value === "object" && Object.keys(value).length > 0;
}
