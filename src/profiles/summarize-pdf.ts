import { z } from "zod";
import { defineProfile } from "./define-profile.ts";
import { documentReferences, documentSchema, pageRangeSchema, readDocument } from "./pdf-document.ts";
import { askForSummary, countWords, forMerge, splitForModel, summarizePart, summarizeText } from "./summary.ts";

/** Reads a PDF and says in a few sentences what is in it: long documents in parts, the parts' summaries merged. */
export const summarizePdf = defineProfile({
  id: "summarize-pdf",
  version: 2,
  title: "Summarise a PDF",
  description: "Reads a PDF's text and answers with a summary of it, as bullets or as a paragraph.",
  durationClass: "minutes",
  capability: "documents",
  modes: ["async"],
  asksModel: true,

  payload: z.strictObject({
    document: documentSchema,
    pages: pageRangeSchema.optional().meta({ description: "All if absent" }),
    style: z.enum(["bullets", "paragraph"]).default("bullets"),
    max_words: z.int().min(20).max(1000).default(150),
  }),
  result: z.object({
    summary: z.string().min(1),
    pages: z.int().min(1).meta({ description: "How many were read" }),
    characters: z.int().min(1).meta({ description: "Of their text" }),
    words: z.int().min(1).meta({ description: "Of the summary" }),
  }),
  examples: [
    {
      name: "A PDF on the web, in a paragraph",
      payload: { document: { url: "https://example.com/report.pdf" }, style: "paragraph", max_words: 120 },
    },
    { name: "An uploaded file", payload: { document: { file_id: "file_01jd0000000000000000000000" } } },
  ],

  references: ({ document }) => documentReferences(document),
  fromFile: (fileId) => ({ document: { file_id: fileId } }),

  steps: (start) =>
    start
      .step("extract", { timeoutMs: 3 * 60_000 }, async ({ payload, ...context }) => readDocument(payload, context))
      .step("split", { timeoutMs: 60_000, weight: 0.1 }, async ({ outputs }) => splitForModel(outputs.extract.text))
      .map(
        "summarize",
        {
          timeoutMs: 5 * 60_000,
          weight: 3,
          maxParallel: 4,
          items: ({ outputs }) => outputs.split.map((text) => ({ text, isWhole: outputs.split.length === 1 })),
        },
        async ({ payload: { style, max_words: maxWords }, item, services: { askModel }, abortSignal }) =>
          item.isWhole
            ? askForSummary(item.text, { style, maxWords, askModel, abortSignal })
            : summarizePart(item.text, { askModel, abortSignal }),
      )
      .step("merge", { timeoutMs: 10 * 60_000, weight: 0.5 }, async ({ payload, outputs, services, ...context }) => {
        const { pages, characters } = outputs.extract;
        const [first = "", ...others] = outputs.summarize;
        const summary =
          others.length === 0
            ? first
            : await summarizeText(forMerge([first, ...others]), {
                style: payload.style,
                maxWords: payload.max_words,
                askModel: services.askModel,
                abortSignal: context.abortSignal,
                onPart: (done, total) => {
                  context.progress(done / total, `part ${done} of ${total}`);
                },
              });
        return { summary, pages, characters, words: countWords(summary) };
      }),
});
