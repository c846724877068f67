import { z } from "zod";
import { sayWhatIsWrong } from "../contract/say-what-is-wrong.ts";

export const MAX_SCHEMA_DEPTH = 8;

const TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"] as const;
const typeSchema = z.enum(TYPES);

const scalar = z.union([z.string().max(200), z.number(), z.boolean(), z.null()], {
  error: "must be a string of at most 200 characters, a number, true, false or null",
});
const count = z.int().min(0).max(10_000);
const distinct = <Item extends z.ZodType>(list: z.ZodArray<Item>) =>
  list.refine((items) => new Set(items).size === items.length, { message: "says something twice" });
const aSchema = z.record(z.string(), z.unknown());

/** Names through which an object could reach the prototype of all objects. */
const propertyName = z
  .string()
  .regex(/^[^\p{Cc}]{1,64}$/u, "is not a name of 1 to 64 characters")
  .refine((name) => !["__proto__", "constructor", "prototype"].includes(name), { message: "is not a name" });

/** The formats that `answer-check.ts` knows. */
export const FORMATS = ["date", "date-time", "email", "uri"] as const;

/**
 * The keywords that a schema may have, each with what it takes. No `pattern`, which can take for ever to match, no `$ref`,
 * which can lead in circles or elsewhere, and nothing that only a program could read.
 */
const keywords = z.strictObject({
  type: z
    .union([typeSchema, distinct(z.array(typeSchema).min(1).max(3))], {
      error: `must be one of ${TYPES.join(", ")}, or a list of 1 to 3 of them`,
    })
    .optional(),
  title: z.string().max(200).optional(),
  description: z.string().max(2000).optional(),
  enum: distinct(z.array(scalar).min(1).max(100)).optional(),
  const: scalar.optional(),
  properties: z.record(propertyName, aSchema).optional(),
  required: distinct(z.array(z.string()).max(200)).optional(),
  additionalProperties: z.literal(false).optional(),
  items: aSchema.optional(),
  minItems: count.optional(),
  maxItems: count.optional(),
  minLength: count.optional(),
  maxLength: count.optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  format: z.enum(FORMATS).optional(),
  anyOf: z.array(aSchema).min(1).max(8).optional(),
  $schema: z.literal("https://json-schema.org/draft/2020-12/schema").optional(),
});
type Keywords = z.infer<typeof keywords>;

interface KeywordProblem {
  /** Of the schema as a whole, if absent. */
  readonly keyword?: string;
  readonly message: string;
}

/** What is wrong with one schema, those within it aside. */
export function checkKeywords(schema: unknown): KeywordProblem[] {
  // A record leaves this name out without a word.
  if (hasForbiddenName(schema)) return [{ keyword: "properties", message: "has a property that cannot be called so" }];
  const parsed = keywords.safeParse(schema, { error: sayWhatIsWrong });
  if (parsed.success) return contradictions(parsed.data);
  return parsed.error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((keyword) => ({ keyword, message: "is not among the keywords that can be used here" }));
    const [keyword] = issue.path;
    const message = issue.code === "invalid_key" ? "has a property that cannot be called so" : issue.message;
    return [{ ...(keyword !== undefined && { keyword: String(keyword) }), message }];
  });
}

function hasForbiddenName(schema: unknown): boolean {
  const { properties } = (schema ?? {}) as { readonly properties?: object | null };
  return typeof properties === "object" && properties !== null && Object.hasOwn(properties, "__proto__");
}

/** What each keyword speaks of; one that speaks of another type would say nothing, and is a mistake. */
const TYPES_OF: Readonly<Partial<Record<keyof Keywords, readonly (typeof TYPES)[number][]>>> = {
  properties: ["object"],
  required: ["object"],
  additionalProperties: ["object"],
  items: ["array"],
  minItems: ["array"],
  maxItems: ["array"],
  minLength: ["string"],
  maxLength: ["string"],
  format: ["string"],
  minimum: ["number", "integer"],
  maximum: ["number", "integer"],
  exclusiveMinimum: ["number", "integer"],
  exclusiveMaximum: ["number", "integer"],
};

function contradictions(schema: Keywords): KeywordProblem[] {
  const types = [schema.type ?? []].flat();
  if (types.length === 0 && !schema.anyOf && !schema.enum && schema.const === undefined)
    return [{ message: "says no type" }];
  const misplaced = Object.entries(TYPES_OF).filter(
    ([keyword, wanted]) => keyword in schema && !wanted.some((one) => types.includes(one)),
  );
  return [
    ...misplaced.map(([keyword, wanted]) => ({ keyword, message: `is for values of type ${wanted.join(" or ")}` })),
    ...gaps(schema, types),
  ];
}

function gaps({ properties = {}, required = [], items }: Keywords, types: readonly string[]): KeywordProblem[] {
  const unknown = required.filter((name) => !Object.hasOwn(properties, name));
  const isBare = types.includes("object") && Object.keys(properties).length === 0;
  return [
    ...unknown.map((name) => ({ keyword: "required", message: `names "${name}", which is not among the properties` })),
    ...(types.includes("array") && !items ? [{ message: 'says nothing of its "items"' }] : []),
    ...(isBare ? [{ message: 'says nothing of its "properties"' }] : []),
  ];
}
