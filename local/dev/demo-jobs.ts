import type { DemoOptions } from "./demo-options.ts";
import type { JobView } from "./job-client.ts";

export interface DemoJob {
  /** What is shown above it. */
  readonly title: string;
  /** The body of its submit, made of what the job before came to. */
  readonly request: (before: JobView | undefined) => object;
}

/** A job of each type that has something to say about a document. */
export function demoJobs(fileId: string, { style, maxWords }: DemoOptions): readonly DemoJob[] {
  const document = { file_id: fileId };
  return [
    {
      title: "extract-fields: what a schema asks of the document",
      request: () => ({ job_type: "extract-fields", payload: { document, schema: TITLE_PAGE } }),
    },
    {
      title: "summarize-pdf: a summary of all its pages",
      request: () => ({ job_type: "summarize-pdf", payload: { document, style, max_words: maxWords } }),
    },
    {
      title: "report: a report on that summary, which somebody has to approve before it is published",
      request: (before) => ({
        job_type: "report",
        payload: { topic: "The document in short", sources: [before?.result?.summary ?? "Nothing."], max_words: 60 },
      }),
    },
  ];
}

const TITLE_PAGE = {
  type: "object",
  properties: {
    title: { type: "string" },
    version: { type: "number" },
    published: { type: "string", format: "date", description: "publication date" },
    contact: { type: "string", format: "email", description: "mailing list" },
  },
  required: ["title"],
};
