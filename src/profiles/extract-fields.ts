import { z } from "zod";
import { partsOfPointer } from "../contract/field-errors.ts";
import { splitText } from "../documents/split-text.ts";
import { answerSchemaProblems } from "../models/answer-schema.ts";
import { defineProfile } from "./define-profile.ts";
import { askForFields } from "./fields.ts";
import { documentReferences, documentSchema, readDocument } from "./pdf-document.ts";

/** About 50,000 tokens: what any current model takes in one question, with room for the answer. */
const MAX_CHARACTERS = 200_000;

const fieldsSchema = z
  .record(z.string(), z.unknown())
  .superRefine((schema, context) => {
    for (const { pointer, message } of answerSchemaProblems(schema))
      context.addIssue({ code: "custom", path: partsOfPointer(pointer), message });
  })
  .meta({
    description: "A JSON Schema (2020-12) of an object; which keywords it may have is in docs/extract-fields.md",
  });

/** Finds in a text what a schema of the caller's asks for. */
export const extractFields = defineProfile({
  id: "extract-fields",
  version: 1,
  title: "Extract fields",
  description: "Reads a text or a PDF and answers with JSON that fits a schema of yours.",
  durationClass: "minutes",
  capability: "documents",
  modes: ["async"],
  asksModel: true,

  payload: z
    .strictObject({
      text: z.string().max(MAX_CHARACTERS).regex(/\S/, "holds no character that can be seen").optional(),
      document: documentSchema.optional(),
      schema: fieldsSchema,
      instructions: z.string().min(1).max(2000).optional().meta({ description: "What to heed beside the schema" }),
    })
    .refine(({ text, document }) => (text === undefined) !== (document === undefined), {
      message: "needs either `text` or `document`",
    }),
  result: z.object({
    fields: z.record(z.string(), z.unknown()).meta({ description: "Fits the schema" }),
    characters: z.int().min(1).meta({ description: "Of the text" }),
    characters_read: z
      .int()
      .min(1)
      .meta({ description: `At most ${MAX_CHARACTERS}, from its beginning` }),
  }),
  examples: [
    {
      name: "An invoice's number and total",
      payload: {
        text: "Invoice number: 2026-17. Total: 119.50 EUR, due on 2026-04-30.",
        schema: {
          type: "object",
          properties: {
            invoice_number: { type: "string" },
            total: { type: "number" },
            due: { type: "string", format: "date" },
          },
          required: ["invoice_number", "total"],
        },
      },
    },
  ],

  references: ({ document }) => (document ? documentReferences(document) : []),

  steps: (start) =>
    start
      .step("read", { timeoutMs: 3 * 60_000 }, async ({ payload: { text = "", document }, ...context }) => {
        const pages = document ? (await readDocument({ document }, context)).text : [text];
        const [head = ""] = splitText(pages, { maxCharacters: MAX_CHARACTERS });
        return { text: head, characters: pages.join("").length };
      })
      .step("extract", { timeoutMs: 10 * 60_000 }, async ({ payload, outputs, services, abortSignal }) => {
        const { text, characters } = outputs.read;
        const { schema, instructions } = payload;
        const fields = await askForFields(text, { schema, instructions, askModel: services.askModel, abortSignal });
        return { fields, characters, characters_read: Math.min(text.length, characters) };
      }),
});
