/** The chapters of `samples/fhs-3.0.pdf`, by its pages. */
const CHAPTERS = {
  introduction: { from: 8, to: 8 },
  filesystem: { from: 9, to: 9 },
  root: { from: 10, to: 24 },
  usr: { from: 25, to: 36 },
  var: { from: 37, to: 45 },
  annex: { from: 46, to: 48 },
  appendix: { from: 49, to: 50 },
} as const;

const FACTS = {
  type: "object",
  properties: {
    purpose: { type: "string", description: "what the standard does for files and directories" },
    root: { type: "string", description: "what the root filesystem must hold" },
    points: { type: "array", items: { type: "string" }, maxItems: 3 },
  },
};

/**
 * A batch of 12: a summary of each chapter, two summaries of some of these, one of those, and what is asked of them. Items begin
 * when what they build on has ended; the last word is said when all have.
 */
export function demoBatch(fileId: string): object {
  const document = { file_id: fileId };
  return {
    items: [
      ...Object.entries(CHAPTERS).map(([key, pages]) => ({
        ...{ key, job_type: "summarize-pdf" },
        payload: { document, pages, max_words: 80 },
      })),
      summaryOf("basics", ["introduction", "filesystem"]),
      summaryOf("hierarchies", ["root", "usr", "var"]),
      summaryOf("overview", ["basics", "hierarchies", "annex", "appendix"]),
      factsOf("facts", "overview"),
      factsOf("root-facts", "root"),
    ],
    on_failure: "skip_dependents",
    finally: { job_type: "summarize-text", payload: { texts: from("*"), style: "paragraph", max_words: 60 } },
  };
}

/** The items whose results are shown at the end. */
export const SHOWN_ITEMS: readonly string[] = ["overview", "facts", "root-facts"];

function summaryOf(key: string, parts: readonly string[]): object {
  const payload = { texts: parts.map(from), max_words: 100 };
  return { key, job_type: "summarize-text", payload, depends_on: parts };
}

function factsOf(key: string, part: string): object {
  return { key, job_type: "extract-fields", payload: { text: from(part), schema: FACTS }, depends_on: [part] };
}

function from(key: string): object {
  return { $from: key, path: "/summary" };
}
