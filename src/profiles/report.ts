import { z } from "zod";
import { defineProfile } from "./define-profile.ts";
import { countWords, summarizeText } from "./summary.ts";

const DAY_MS = 24 * 3_600_000;
/** Room for the longest report in the card that people decide on. */
const MAX_SHOWN_CHARACTERS = 10_000;

/** Drafts a report from texts, has people look at it, and publishes what they approve. */
export const report = defineProfile({
  id: "report",
  version: 1,
  title: "Write a report that people approve",
  description:
    "Drafts a report on a topic from the texts it is given. It is published as an artifact when somebody else than its submitter has approved it.",
  durationClass: "hours",
  capability: "documents",
  modes: ["async"],
  asksModel: true,

  payload: z.strictObject({
    topic: z
      .string()
      .max(200)
      .regex(/^(?=.*\S)\P{Cc}*$/u, "is empty, or has control characters"),
    sources: z.array(z.string().max(100_000).regex(/\S/, "holds no character that can be seen")).min(1).max(20),
    max_words: z.int().min(50).max(1000).default(300),
  }),
  result: z.object({
    artifact: z.string().meta({ description: "The report's name among the job's artifacts" }),
    words: z.int().min(0),
    approved_by: z.array(z.string()),
  }),
  examples: [
    {
      name: "A report on a mill, from two notes",
      payload: {
        topic: "The mill",
        sources: ["The mill was built in 1907.", "It has not been in use since 1963, and its wheel is missing."],
        max_words: 100,
      },
    },
  ],

  steps: (start) =>
    start
      .step("draft", { timeoutMs: 15 * 60_000, weight: 3 }, async ({ payload, services, abortSignal, progress }) => {
        const onPart = (done: number, total: number) => {
          progress(done / total, `part ${done} of ${total}`);
        };
        const { askModel } = services;
        const { topic, sources, max_words: maxWords } = payload;
        const text = await summarizeText(sources, { style: "paragraph", maxWords, askModel, abortSignal, onPart });
        return `# ${topic}\n\n${text}\n`;
      })
      .approval("sign-off", {
        timeoutMs: 7 * DAY_MS,
        escalateAfterMs: 2 * DAY_MS,
        onTimeout: "reject",
        show: ({ payload, outputs }) => ({
          title: `Publish the report "${payload.topic}"?`,
          details: { draft: outputs.draft.slice(0, MAX_SHOWN_CHARACTERS) },
        }),
      })
      .step("publish", { timeoutMs: 60_000, weight: 0.5 }, async ({ outputs, services }) => {
        const artifact = { name: "report.md", bytes: Buffer.from(outputs.draft), contentType: "text/markdown" };
        await services.saveArtifact(artifact);
        const votes = outputs["sign-off"].votes.map(({ voter }) => voter);
        return { artifact: artifact.name, words: countWords(outputs.draft), approved_by: votes };
      }),
});
