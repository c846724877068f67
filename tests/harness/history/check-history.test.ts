import { describe, expect, it } from "@jest/globals";
import type { Job } from "../../../src/jobs/life/job.ts";
import { newOperationId } from "../../../src/platform/ids.ts";
import { aJob } from "../../support/a-job.ts";
import { again, cancelled, claimed, commitsOf, done, failed, jobId, queued, transition } from "./a-history.ts";
import type { Version } from "./a-history.ts";
import { checkHistory } from "./check-history.ts";
import type { ClientEvent, History } from "./history.ts";

const submitted: ClientEvent = { at: 0, client: "c", commits: 0, did: "submit", text: "hello", key: undefined };
const heard: ClientEvent = { ...submitted, commits: 3, did: "heard", jobId };
const maybe: ClientEvent = { ...submitted, did: "maybe", code: "none" };
const about = { at: 9, client: "c", jobId, call: 1 } as const;
const read = (version: number, commits = 99): ClientEvent => ({
  ...about,
  commits,
  did: "read",
  version,
  result: undefined,
});
/** The first commits of the versions after: each has its job's row, its line, and a wake-up row that comes and goes. */
const [CLAIM, END, NEXT] = [3, 7, 11] as const;

const good: History = {
  clients: [submitted, heard, read(1), read(3)],
  commits: commitsOf([queued, "a"], [claimed, "b"], [done, "b"]),
  blobs: [],
  modelCalls: [],
  troubles: [],
  surprises: [],
  audits: [],
  supervised: false,
  stepsMs: 1_000,
};
const kinds = (changes: Partial<History>) => checkHistory({ ...good, ...changes }).map(({ kind }) => kind);
const kindsOf = (versions: readonly Version[], ...events: readonly ClientEvent[]) =>
  kinds({ commits: commitsOf(...versions), clients: [submitted, maybe, ...events] });
const begun: readonly Version[] = [
  [queued, "a"],
  [claimed, "b"],
];

describe("checkHistory()", () => {
  it("finds nothing wrong with a job that was accepted, claimed and done", () => {
    expect(checkHistory(good)).toEqual([]);
  });

  it("misses a job that was accepted and is not there", () => {
    const gone = { ...good.commits.at(END), transaction: 9, before: good.commits[END]?.after, after: undefined };
    expect(kinds({ commits: [...good.commits, gone] as History["commits"] })).toContain("lost");
    expect(kinds({ commits: [], clients: [submitted, heard] })).toEqual(["lost"]);
  });

  it("misses the end of a job that was accepted, and with a supervisor that of any job", () => {
    const commits = commitsOf(...begun);
    expect(kinds({ commits, clients: [submitted, heard] })).toEqual(["not ended"]);
    expect(kinds({ commits, clients: [submitted, maybe] })).toEqual([]);
    expect(kinds({ commits, clients: [submitted, maybe], supervised: true })).toEqual(["not ended"]);
  });

  it("finds an end that comes later than was promised", () => {
    const late = commitsOf(...begun, [done, "b"]).map((commit) => ({
      ...commit,
      at: commit.transaction < 2 ? 0 : Date.parse("2026-01-01T01:00:00Z"),
    }));
    expect(kinds({ commits: late, peaceAt: Date.parse("2026-01-01T00:00:00Z") })).toEqual(["late end"]);
    expect(kinds({ commits: late, peaceAt: Date.parse("2026-01-01T00:58:00Z") })).toEqual([]);
  });

  it("finds a job that nobody asked for", () => {
    const other: ClientEvent = { ...submitted, text: "other" };
    expect(kinds({ clients: [other, { ...heard, text: "hello" }] })).toContain("unexpected");
  });

  it("finds two jobs of one request", () => {
    const { metadata, payload } = queued;
    const twin = aJob({ phase: "queued", metadata, payload, ...transition(1, "accepted", undefined) });
    const commits = [...good.commits, ...commitsOf([twin, "a"]).map((commit) => ({ ...commit, transaction: 9 }))];
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
    const tooSoon = { ...done, attempt: 0, ...transition(2, "completed", "queued") };
    expect(
      kindsOf([
        [queued, "a"],
        [tooSoon, "b"],
      ]),
    ).toEqual(["illegal walk"]);
    expect(kindsOf([[{ ...claimed, ...transition(1, "claimed", undefined) }, "b"]])).toContain("illegal walk");
  });

  it("finds a second end", () => {
    const second = { ...done, ...transition(4, "completed", "done") };
    expect(kindsOf([...begun, [done, "b"], [second, "b"]])).toEqual(["illegal walk", "second end"]);
  });

  it("finds an operation that begins where none has ended, and one that goes on under another's name", () => {
    const stolen = { ...claimed, operationId: newOperationId(jobId) };
    expect(
      kindsOf([
        [queued, "a"],
        [stolen, "b"],
      ]),
    ).toContain("wrong operation");
    const regenerate: ClientEvent = { ...about, commits: 0, did: "ask", act: "regenerate" };
    const sameName = again(done, { operationId: done.operationId });
    expect(kindsOf([...begun, [done, "b"], [sameName, "a"]], regenerate)).toContain("wrong operation");
  });

  it.each([[2], [4]])("finds a version that does not follow: %d after 2", (version) => {
    const wrong = { ...done, ...transition(version, "completed", "processing") };
    expect(kindsOf([...begun, [wrong, "b"]])).toContain("version");
  });

  it("finds a claim that was not counted, and more claims than there may be", () => {
    const claims = (attempt: number, count: number) =>
      Array.from({ length: count }, (_, index): Version => {
        const made = { claimId: `claim-${index}`, attempt, maxAttempts: 2 };
        const before = index === 0 ? "queued" : "processing";
        return [{ ...claimed, ...made, ...transition(2 + index, "claimed", before) }, "b"];
      });
    expect(kindsOf([[queued, "a"], ...claims(0, 1)])).toEqual(["attempt not counted"]);
    expect(kindsOf([[queued, "a"], ...claims(1, 3)])).toContain("too many attempts");
  });

  it("lets the holder hand a job back uncounted, and nobody else; and not for ever", () => {
    const back = { ...queued, ...transition(3, "released", "processing"), attempt: 0 };
    expect(kindsOf([...begun, [back, "b"]])).toEqual([]);
    expect(kindsOf([...begun, [back, "c"]])).toEqual(["attempt not counted"]);
    const rounds = Array.from({ length: 21 }, (_, round): Version[] => [
      [{ ...claimed, claimId: `c${round}`, ...transition(2 + 2 * round, "claimed", "queued") } as Job, "b"],
      [{ ...back, ...transition(3 + 2 * round, "released", "processing") }, "b"],
    ]);
    expect(kindsOf([[queued, "a"], ...rounds.flat()])).toEqual(["too many attempts"]);
    expect(kindsOf([[queued, "a"], ...rounds.slice(1).flat()])).not.toContain("too many attempts");
  });

  it("finds a claim before its time, under another's lease, or too late", () => {
    const hour = (hours: number) => new Date(Date.parse("2026-01-01T00:00:00Z") + hours * 3_600_000);
    const waits = { ...queued, startAfter: hour(1) };
    expect(
      kindsOf([
        [waits, "a"],
        [{ ...claimed, startAfter: hour(1) }, "b"],
      ]),
    ).toEqual(["too early"]);
    expect(
      kindsOf([
        [{ ...queued, startBefore: hour(0) }, "a"],
        [claimed, "b"],
      ]),
    ).toEqual(["too late"]);
    const held = { ...claimed, leaseUntil: hour(1) } as Job;
    const theft = { ...claimed, claimId: "other", attempt: 2, ...transition(3, "claimed", "processing") } as Job;
    expect(
      kindsOf([
        [queued, "a"],
        [held, "b"],
        [theft, "c"],
      ]),
    ).toEqual(["too early"]);
  });

  it("finds who writes under another's claim", () => {
    expect(kindsOf([...begun, [done, "c"]])).toEqual(["not the holder"]);
  });

  it("finds a result that belongs to another job", () => {
    const wrong = { ...done, result: { inline: { text: "other" } } } as Job;
    expect(kindsOf([...begun, [wrong, "b"]])).toEqual(["wrong result"]);
    expect(kinds({ clients: [submitted, heard, { ...read(3), result: "other" } as ClientEvent] })).toEqual([
      "wrong result",
    ]);
  });

  it("finds a client that saw a job go back, or a version that was not there", () => {
    expect(kinds({ clients: [submitted, heard, read(3), read(2)] })).toEqual(["read back in time"]);
    expect(kinds({ clients: [submitted, heard, read(4)] })).toEqual(["read back in time"]);
    expect(kinds({ clients: [submitted, heard, read(3, END)] })).toEqual(["read back in time"]);
  });

  it("finds a transition without its line, and a line that was written over", () => {
    expect(
      kindsOf([
        [queued, "a"],
        [claimed, "b", "line"],
        [done, "b"],
      ]),
    ).toEqual(["history"]);
    const line = good.commits[CLAIM + 1];
    const over = { ...line, transaction: 9, before: line?.after, after: { ...line?.after, actor: "client" } };
    expect(kinds({ commits: [...good.commits, over] as History["commits"] })).toEqual(["history"]);
  });

  it("finds a wake-up row that did not move with its job", () => {
    expect(
      kindsOf([
        [queued, "a"],
        [claimed, "b", "wake-up row"],
        [done, "b"],
      ]),
    ).toEqual(["wake-up row"]);
  });

  it("passes on what took the scenario by surprise", () => {
    expect(kinds({ surprises: ["boo"] })).toEqual(["surprise"]);
  });

  it("does not take a run in which nothing happened for a good one", () => {
    expect(kinds({ clients: [], commits: [] })).toEqual(["nothing happened"]);
    expect(kinds({ clients: [submitted], commits: [] })).toEqual(["nothing happened"]);
  });
});

describe("checkHistory() of cancelled jobs", () => {
  const ask = (operationId?: string): ClientEvent => ({ ...about, commits: 0, did: "ask", act: "cancel", operationId });
  const answered = (changes: object = {}): ClientEvent => ({
    ...about,
    commits: NEXT,
    did: "yes",
    act: "cancel",
    operationId: cancelled.operationId,
    version: 3,
    phase: "cancelled",
    ...changes,
  });
  const refused = (code: string, commits: number): ClientEvent => ({
    ...about,
    commits,
    did: "no",
    act: "cancel",
    code,
  });
  const walk: readonly Version[] = [...begun, [cancelled, "a"]];

  it("finds nothing wrong where the operation that was named was cancelled", () => {
    expect(kindsOf(walk, ask(cancelled.operationId), answered())).toEqual([]);
  });

  it("finds a cancellation that nobody asked for, or of another operation", () => {
    expect(kindsOf(walk)).toEqual(["wrong operation"]);
    expect(kindsOf(walk, ask(newOperationId(jobId)))).toEqual(["wrong operation"]);
  });

  it("finds a client that was told so though it is not", () => {
    expect(kindsOf([...begun, [done, "b"]], ask(), answered())).toEqual(["untrue answer"]);
  });

  it("finds what is written of an operation after it was cancelled", () => {
    const late = { ...done, ...transition(4, "completed", "cancelled") };
    expect(kindsOf([...walk, [late, "b"]], ask(), answered())).toContain("after the end");
  });

  it("finds a refusal that was never true", () => {
    const ended: readonly Version[] = [...begun, [done, "b"]];
    expect(kindsOf(ended, ask(), refused("JOB_ALREADY_ENDED", NEXT))).toEqual([]);
    expect(kindsOf(ended, ask(), refused("JOB_ALREADY_ENDED", END))).toEqual(["untrue answer"]);
    expect(kindsOf(ended, ask(done.operationId), refused("OPERATION_SUPERSEDED", NEXT))).toEqual(["untrue answer"]);
    expect(kindsOf(ended, ask(newOperationId(jobId)), refused("OPERATION_SUPERSEDED", NEXT))).toEqual([]);
  });

  it("finds a worker that goes on asking the model, if nothing has happened to it", () => {
    const call = { by: "b", text: "hello", beganAt: 1, endedAt: 100_000 };
    const clients = [submitted, maybe, ask(), answered()];
    const commits = commitsOf(...walk);
    expect(kinds({ commits, clients, modelCalls: [call] })).toEqual(["work for nothing"]);
    expect(kinds({ commits, clients, modelCalls: [{ ...call, endedAt: 10_000 }] })).toEqual([]);
    expect(kinds({ commits, clients, modelCalls: [call], troubles: [{ by: "b", at: 2, until: 2 }] })).toEqual([]);
  });
});

describe("checkHistory() of jobs that begin anew", () => {
  const ask = (changes: object = {}): ClientEvent => ({
    ...about,
    commits: 0,
    did: "ask",
    act: "regenerate",
    ...changes,
  });
  const other = { payload: { inline: { text: "other" } } };

  it("finds nothing wrong where somebody asked for it", () => {
    expect(kindsOf([...begun, [done, "b"], [again(done), "a"]], ask())).toEqual([]);
    expect(kindsOf([...begun, [done, "b"], [again(done, other), "a"]], ask({ text: "other" }))).toEqual([]);
  });

  it("finds an operation that nobody asked for, or with another payload", () => {
    expect(kindsOf([...begun, [done, "b"], [again(done), "a"]])).toEqual(["unexpected"]);
    expect(kindsOf([...begun, [done, "b"], [again(done, other), "a"]], ask())).toEqual(["unexpected"]);
  });

  it("finds two operations of one request", () => {
    const first = again(done, { ...other, operationKey: "k:f" });
    const end = {
      ...cancelled,
      ...other,
      operationId: first.operationId,
      operations: 2,
      operationKey: "k:f",
      attempt: 0,
    };
    const walk = (key?: string): Version[] => [
      ...begun,
      [done, "b"],
      [{ ...first, operationKey: key }, "a"],
      [{ ...end, operationKey: key, ...transition(5, "cancelled", "queued") }, "a"],
      [
        again(cancelled, {
          ...other,
          operations: 3,
          ...transition(6, "regenerated", "cancelled"),
          ...(key && { operationKey: key }),
        }),
        "a",
      ],
    ];
    const cancel: ClientEvent = { ...about, call: 2, commits: 0, did: "ask", act: "cancel" };
    expect(kindsOf(walk("k:f"), ask({ text: "other", key: "k" }), cancel)).toEqual(["duplicated"]);
    expect(kindsOf(walk(), ask({ text: "other" }), cancel)).toEqual(["duplicated"]);
  });

  it("finds a client that was told of an operation that never began", () => {
    const told = { operationId: newOperationId(jobId), version: 3, phase: "queued", did: "yes", commits: 99 } as const;
    expect(kindsOf([...begun, [done, "b"]], ask(), { ...about, act: "regenerate", ...told })).toEqual([
      "untrue answer",
    ]);
  });
});

describe("checkHistory() of dead letters", () => {
  it("finds nothing wrong with a failure that has one", () => {
    expect(kindsOf([...begun, [failed, "b"]])).toEqual([]);
  });

  it("finds a failure without one", () => {
    expect(kindsOf([...begun, [failed, "b", "letter"]])).toEqual(["dead letter"]);
  });

  it("finds one that stays open though its job has begun anew", () => {
    const ask: ClientEvent = { ...about, commits: 0, did: "ask", act: "regenerate" };
    expect(kindsOf([...begun, [failed, "b"], [again(failed), "a"]], ask)).toEqual(["dead letter"]);
  });
});

describe("checkHistory() of books", () => {
  const jobs = { accepted: 0, running: 0, completed: 1, failed: 0, cancelled: 0 };
  const audit = { accepted: 1, gone: 0, jobs, isBalanced: true, found: [], skipped: 0, commits: 99 };

  it("finds nothing wrong with books that say what is there", () => {
    expect(kinds({ audits: [audit] })).toEqual([]);
    expect(kinds({ audits: [{ ...audit, found: ["blobOfNothing payloads/x"] }] })).toEqual([]);
  });

  it("finds books that do not balance, or say something else, or something amiss", () => {
    expect(kinds({ audits: [{ ...audit, isBalanced: false }] })).toEqual(["books"]);
    expect(kinds({ audits: [{ ...audit, accepted: 2 }] })).toEqual(["books"]);
    expect(kinds({ audits: [{ ...audit, jobs: { ...jobs, completed: 0, failed: 1 } }] })).toEqual(["books"]);
    expect(kinds({ audits: [{ ...audit, found: ["wakeUpMissing job_1"] }] })).toEqual(["books"]);
  });
});

describe("checkHistory() of blobs", () => {
  const blob = (name: string) => ({ at: 1, by: "b", name, text: "{}" });

  it("finds one that a row names and that is not there", () => {
    const artifact = { name: "a", blob: `artifacts/${jobId}/a`, contentType: "text/plain", bytes: 1 };
    const commits = commitsOf(...begun, [{ ...done, artifacts: [artifact] } as Job, "b"]);
    expect(kinds({ commits })).toEqual(["lost"]);
    expect(kinds({ commits, blobs: [blob(artifact.blob)] })).toEqual([]);
  });

  it("finds one of no job, unless something happened to whoever wrote it", () => {
    expect(kinds({ blobs: [blob("payloads/job_of_nobody/a")] })).toEqual(["stray blob"]);
    expect(kinds({ blobs: [blob("payloads/job_of_nobody/a")], troubles: [{ by: "b", at: 0, until: 0 }] })).toEqual([]);
  });
});
