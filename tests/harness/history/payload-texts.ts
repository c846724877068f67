import type { Content, Job } from "../../../src/jobs/life/job.ts";
import type { History } from "./history.ts";

/** What a job's payload says, wherever it stands; nothing, if it stands nowhere. */
export type TextOf = (job: Pick<Job, "payload">) => string | undefined;

/** Large payloads are blobs: each is written once, under a name of its own, so that time does not matter. */
export function payloadTexts({ blobs }: Pick<History, "blobs">): TextOf {
  const texts = new Map(blobs.flatMap(({ name, text }) => (text === undefined ? [] : [[name, text] as const])));
  return ({ payload }) => {
    const text = "blob" in payload ? inBlob(texts.get(payload.blob)) : inRow(payload);
    return text?.trimEnd();
  };
}

function inBlob(json: string | undefined): string | undefined {
  return json === undefined ? undefined : (JSON.parse(json) as { readonly text: string }).text;
}

function inRow(content: Extract<Content, { inline: unknown }>): string {
  return (content.inline as { readonly text: string }).text;
}
