import type { DemoOptions } from "./demo-options.ts";

export interface DemoJob {
  /** What is shown above it. */
  readonly title: string;
  /** The body of its submit. */
  readonly request: object;
}

/** A job of each kind that has something to say about the document. */
export function demoJobs(fileId: string, { style, maxWords }: DemoOptions): readonly DemoJob[] {
  const document = { file_id: fileId };
  return [
    {
      title: "summarize-pdf: a summary of the whole document",
      request: { job_type: "summarize-pdf", payload: { document, style, max_words: maxWords } },
    },
    {
      title: "extract-fields: what a schema asks of it",
      request: { job_type: "extract-fields", payload: { document, schema: TITLE_PAGE } },
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
