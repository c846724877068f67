import type { Content, Job } from "../../../src/jobs/life/job.ts";
import type { History, Violation } from "./history.ts";
import type { Walk } from "./job-walks.ts";

/**
 * What a row names is there. What no row names is of a job that is there, and goes with it; or it was left by somebody to
 * whom something happened, between a blob and the row that was to name it.
 */
export function checkBlobs({ blobs, troubles }: History, walks: readonly Walk[]): Violation[] {
  const standing = new Map<string, string>();
  for (const { name, by, text } of blobs) {
    if (text === undefined) standing.delete(name);
    else standing.set(name, by);
  }
  const jobs = new Map(walks.flatMap(({ jobId, last }) => (last ? [[jobId, last] as const] : [])));
  const troubled = new Set(troubles.map(({ by }) => by));
  const missing = [...jobs.values()].flatMap((job) =>
    namedBy(job)
      .filter((name) => !standing.has(name))
      .map((name): Violation => ({ kind: "lost", text: `${job.jobId} names a blob that is not there: ${name}` })),
  );
  const stray = [...standing].flatMap(([name, by]): Violation[] => {
    const isOfJob = jobs.has(jobIn(name) ?? "");
    return isOfJob || troubled.has(by) ? [] : [{ kind: "stray blob", text: `${name} of ${by} belongs to no job` }];
  });
  return [...missing, ...stray];
}

/** `payloads/{workspace}/{job}/…` and the like. */
function jobIn(name: string): string | undefined {
  return name.split("/").find((part) => part.startsWith("job_"));
}

function namedBy(job: Job): string[] {
  const contents: readonly (Content | undefined)[] = [job.payload, ...job.steps.map(({ checkpoint }) => checkpoint)];
  const inContents = contents.flatMap((content) => (content && "blob" in content ? [content.blob] : []));
  return job.phase === "done" ? [...inContents, ...job.artifacts.flatMap(({ blob = [] }) => blob)] : inContents;
}
