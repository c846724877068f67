import { z } from "zod";
import { defineProfile } from "./define-profile.ts";
import { countWords, summarizeText } from "./summary.ts";

const textSchema = z.string().max(100_000).regex(/\S/, "holds no character that can be seen");

/** Says in a few sentences what is in a text or several, such as what other jobs have made of their documents. */
export const summarizeTexts = defineProfile({
  id: "summarize-text",
  version: 1,
  title: "Summarise texts",
  description: "Answers with one summary of one or more texts, as bullets or as a paragraph.",
  durationClass: "minutes",
  capability: "documents",
  modes: ["async"],
  asksModel: true,

  payload: z.strictObject({
    texts: z
      .array(textSchema.nullable())
      .min(1)
      .max(100)
      .refine((texts) => texts.length === 0 || texts.some((text) => text !== null), { message: "holds no text" })
      .meta({ description: "`null` stands for a text that there is not, as batches put it where a job has no result" }),
    style: z.enum(["bullets", "paragraph"]).default("bullets"),
    max_words: z.int().min(20).max(1000).default(150),
  }),
  result: z.object({
    summary: z.string().min(1),
    texts: z.int().min(1).meta({ description: "How many texts were summarised" }),
    characters: z.int().min(1).meta({ description: "Of all texts" }),
    words: z.int().min(1).meta({ description: "Of the summary" }),
  }),
  examples: [
    {
      name: "Two texts, in a paragraph",
      payload: {
        texts: ["The mill grinds grain for three villages.", "In summer the wheel stands still."],
        style: "paragraph",
      },
    },
  ],

  steps: (start) =>
    start.step("summarize", { timeoutMs: 30 * 60_000 }, async ({ payload, services, abortSignal, progress }) => {
      const { style, max_words: maxWords } = payload;
      const texts = payload.texts.filter((text) => text !== null);
      const summary = await summarizeText(texts, {
        ...{ style, maxWords, abortSignal, askModel: services.askModel },
        onPart: (done, total) => {
          progress(done / total, `part ${done} of ${total}`);
        },
      });
      return { summary, texts: texts.length, characters: texts.join("").length, words: countWords(summary) };
    }),
});
