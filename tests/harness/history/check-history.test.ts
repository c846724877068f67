import { describe, expect, it } from "@jest/globals";
import { toRow } from "../../../src/jobs/job-row.ts";
import type { Job } from "../../../src/jobs/job.ts";
import { newId } from "../../../src/platform/ids.ts";
import { aJob } from "../../support/a-job.ts";
import { checkHistory } from "./check-history.ts";
import type { ClientEvent, Commit, History } from "./history.ts";

const jobId = newId("job", new Date("2026-01-01T00:00:00Z"));
const metadata = { wish: "hello" };

/** A job's versions as they follow each other, each by the life that wrote it. */
const queued = aJob({ phase: "queued", jobId, metadata, version: 1 });
const claimed = aJob({ phase: "processing", jobId, metadata, operationId: queued.operationId, version: 2 });
const done = aJob({
  phase: "done",
  jobId,
  metadata,
  operationId: queued.operationId,
  version: 3,
  result: { inline: { text: "hello" } },
});

function commitsOf(...versions: readonly (readonly [Job, string])[]): Commit[] {
  return versions.map(([after, by], index) => {
    const before = versions[index - 1]?.[0];
    return { at: index, by, table: "jobs", before: before && toRow(before), after: toRow(after) };
  });
}

const submitted: ClientEvent = { at: 0, client: "c", commits: 0, did: "submit", text: "hello", key: undefined };
const heard: ClientEvent = { ...submitted, commits: 1, did: "heard", jobId };
const read = (version: number): ClientEvent => ({
  at: 9,
  client: "c",
  commits: 9,
  did: "read",
  jobId,
  version,
  result: undefined,
});

const good: History = {
  clients: [submitted, heard, read(1), read(3)],
  commits: commitsOf([queued, "a"], [claimed, "b"], [done, "b"]),
  surprises: [],
  supervised: false,
};
const kinds = (changes: Partial<History>) => checkHistory({ ...good, ...changes }).map(({ kind }) => kind);

describe("checkHistory()", () => {
  it("finds nothing wrong with a job that was accepted, claimed and done", () => {
    expect(checkHistory(good)).toEqual([]);
  });

  it("misses a job that was accepted and is not there", () => {
    const gone = { at: 9, by: "a", table: "jobs", before: toRow(done), after: undefined };
    expect(kinds({ commits: [...good.commits, gone] })).toEqual(["lost"]);
    expect(kinds({ commits: [], clients: [submitted, heard] })).toEqual(["lost"]);
  });

  it("misses the end of a job that was accepted, and with a supervisor that of any job", () => {
    const commits = good.commits.slice(0, 2);
    expect(kinds({ commits, clients: [submitted, heard] })).toEqual(["not ended"]);
    const maybe: ClientEvent = { ...submitted, did: "maybe", code: "none" };
    expect(kinds({ commits, clients: [submitted, maybe] })).toEqual([]);
    expect(kinds({ commits, clients: [submitted, maybe], supervised: true })).toEqual(["not ended"]);
  });

  it("finds a job that nobody asked for", () => {
    const other: ClientEvent = { ...submitted, text: "other" };
    expect(kinds({ clients: [other, { ...heard, text: "hello" }] })).toContain("unexpected");
  });

  it("finds two jobs of one request", () => {
    const twin = aJob({ phase: "queued", metadata, version: 1 });
    const commits = [...good.commits, ...commitsOf([twin, "a"])];
    expect(kinds({ commits })).toEqual(["duplicated"]);
    expect(kinds({ clients: [...good.clients, { ...heard, jobId: twin.jobId }] })).toEqual(["lost", "duplicated"]);
  });

  it("finds an answer that names another request's job, and a job of a request that was refused", () => {
    const other: ClientEvent = { ...submitted, text: "other", key: "k" };
    expect(kinds({ clients: [submitted, heard, other, { ...heard, text: "other" }] })).toEqual(["wrong job"]);
    const refused: ClientEvent = { ...submitted, did: "refused", code: "IDEMPOTENCY_MISMATCH" };
    expect(kinds({ clients: [submitted, heard, refused] })).toEqual(["wrong job"]);
    expect(kinds({ clients: [submitted, heard, other, { ...refused, text: "other" }] })).toEqual([]);
  });

  it("finds a step that the life cycle does not have", () => {
    expect(kinds({ commits: commitsOf([queued, "a"], [{ ...done, version: 2, attempt: 0 }, "b"]) })).toEqual([
      "illegal walk",
      "read back in time",
    ]);
    expect(kinds({ commits: commitsOf([{ ...claimed, version: 1 }, "b"], [{ ...done, version: 2 }, "b"]) })).toContain(
      "illegal walk",
    );
  });

  it("finds a second end", () => {
    const again = { ...done, version: 4 };
    expect(kinds({ commits: commitsOf([queued, "a"], [claimed, "b"], [done, "b"], [again, "b"]) })).toEqual([
      "illegal walk",
      "second end",
    ]);
  });

  it.each([[2], [4]])("finds a version that does not follow: %d after 2", (version) => {
    const commits = commitsOf([queued, "a"], [claimed, "b"], [{ ...done, version }, "b"]);
    expect(kinds({ commits, clients: [submitted, heard] })).toEqual(["version"]);
  });

  it("finds a claim that was not counted, and more claims than there may be", () => {
    const claims = (attempt: number, count: number) =>
      Array.from(
        { length: count },
        (_, index) =>
          [{ ...claimed, version: 2 + index, claimId: `claim-${index}`, attempt, maxAttempts: 2 } as Job, "b"] as const,
      );
    const uncounted = commitsOf([queued, "a"], ...claims(0, 1));
    expect(kinds({ commits: uncounted, clients: [submitted, { ...submitted, did: "maybe", code: "" }] })).toEqual([
      "attempt not counted",
    ]);
    const many = kinds({
      commits: commitsOf([queued, "a"], ...claims(1, 3)),
      clients: [submitted, { ...submitted, did: "maybe", code: "" }],
    });
    expect(many).toContain("too many attempts");
  });

  it("lets the holder hand a job back uncounted, and nobody else", () => {
    const back = { ...queued, version: 3, attempt: 0 };
    const clients: ClientEvent[] = [submitted, { ...submitted, did: "maybe", code: "" }];
    expect(kinds({ clients, commits: commitsOf([queued, "a"], [claimed, "b"], [back, "b"]) })).toEqual([]);
    expect(kinds({ clients, commits: commitsOf([queued, "a"], [claimed, "b"], [back, "c"]) })).toEqual([
      "attempt not counted",
    ]);
  });

  it("finds who writes under another's claim", () => {
    expect(kinds({ commits: commitsOf([queued, "a"], [claimed, "b"], [done, "c"]) })).toEqual(["not the holder"]);
  });

  it("finds a result that belongs to another job", () => {
    const wrong = { ...done, result: { inline: { text: "other" } } } as Job;
    expect(kinds({ commits: commitsOf([queued, "a"], [claimed, "b"], [wrong, "b"]) })).toEqual(["wrong result"]);
    expect(kinds({ clients: [submitted, heard, { ...read(3), result: "other" } as ClientEvent] })).toEqual([
      "wrong result",
    ]);
  });

  it("finds a client that saw a job go back, or a version that was not there", () => {
    expect(kinds({ clients: [submitted, heard, read(3), read(2)] })).toEqual(["read back in time"]);
    expect(kinds({ clients: [submitted, heard, read(4)] })).toEqual(["read back in time"]);
    expect(kinds({ clients: [submitted, heard, { ...read(3), commits: 2 }] })).toEqual(["read back in time"]);
  });

  it("passes on what took the scenario by surprise", () => {
    expect(kinds({ surprises: ["boo"] })).toEqual(["surprise"]);
  });

  it("does not take a run in which nothing happened for a good one", () => {
    expect(kinds({ clients: [], commits: [] })).toEqual(["nothing happened"]);
    expect(kinds({ clients: [submitted], commits: [] })).toEqual(["nothing happened"]);
  });
});
