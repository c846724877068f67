import type { JobView } from "./job-client.ts";

/** One line about where a job stands: " 41 %  summarize  part 4 of 10". */
export function formatProgress({ status, progress }: JobView): string {
  const percent = `${Math.floor((progress?.fraction ?? (status === "completed" ? 1 : 0)) * 100)} %`;
  return [percent.padStart(6), progress?.step ?? status, progress?.message].filter(Boolean).join("  ");
}

/** What the demo shows of a job that has ended. */
export function formatOutcome(job: JobView, statusUrl: string): string {
  const { error } = job;
  if (job.status !== "completed") {
    const why = error ? `${error.code}: ${error.message}` : "the API gives no reason";
    return `The job ${job.status === "failed" ? "failed" : "was cancelled"}.\n\n  ${why}\n\n${formatIdentity(job, statusUrl)}`;
  }
  const facts = [formatSizes(job), formatUsage(job)].filter(Boolean).join("; ");
  return [formatResult(job), "", ...(facts ? [facts] : []), formatIdentity(job, statusUrl)].join("\n");
}

/** The summary, or else whatever the result itself holds. */
export function formatResult({ result }: JobView): string {
  const { artifactUrl: _address, artifacts: _others, ...own } = result ?? {};
  return result?.summary ?? JSON.stringify(own["fields"] ?? own, null, 2);
}

/** What people are shown who are to decide. */
export function formatApproval({ title, details }: NonNullable<JobView["approval"]>): string {
  const body =
    details == null
      ? []
      : toText(details)
          .split("\n")
          .map((line) => `  | ${line}`.trimEnd());
  return ["", `  ${title}`, ...body, "", "  The demo approves.", ""].join("\n");
}

/** Texts as they are, whatever else there is as JSON. */
function toText(details: unknown): string {
  if (typeof details === "string") return details.trim();
  const values = typeof details === "object" && details !== null ? Object.values(details) : [];
  const isAllText = values.length > 0 && values.every((value) => typeof value === "string");
  return isAllText ? values.map(toText).join("\n\n") : JSON.stringify(details, null, 2);
}

function formatSizes({ result }: JobView): string {
  const { pages, words, summary } = result ?? {};
  return [
    pages !== undefined && count(pages, "page"),
    words !== undefined && summary !== undefined && `${count(words, "word")} of summary`,
  ]
    .filter(Boolean)
    .join(", ");
}

function count(many: number, noun: string): string {
  return `${many} ${noun}${many === 1 ? "" : "s"}`;
}

function formatUsage({ usage }: JobView): string {
  if (!usage) return "";
  const cost = usage.estimated_cost_usd;
  const tokens = `${usage.input_tokens} tokens in, ${usage.output_tokens} out`;
  return [usage.model, tokens, cost != null && `$${cost.toFixed(4)}`].filter(Boolean).join(", ");
}

function formatIdentity({ job_id }: JobView, statusUrl: string): string {
  return `Job ${job_id}\n${statusUrl}`;
}
