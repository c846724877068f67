import { describe, expect, it } from "@jest/globals";
import { cancelJob } from "../../../src/jobs/cancel.ts";
import { deleteJob } from "../../../src/jobs/delete-job.ts";
import { evolve } from "../../../src/jobs/life/evolve.ts";
import type { Job } from "../../../src/jobs/life/job.ts";
import { createSequencedJobs } from "../../../src/jobs/sequences/sequenced-jobs.ts";
import { createSequences } from "../../../src/jobs/sequences/sequences.ts";
import type { SequencedJob } from "../../../src/jobs/sequences/sequences.ts";
import { submitJob } from "../../../src/jobs/submit.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import { PARTITIONS } from "../../../src/platform/partitions.ts";
import { odata } from "../../../src/platform/tables.ts";
import { sequenceScene } from "../../support/sequence-scene.ts";
import type { SequenceScene } from "../../support/sequence-scene.ts";

/** As far as a test needs it: the same for the same seed. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const left = [...items];
  let state = seed;
  const below = (limit: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  return items.map(() => left.splice(below(left.length), 1)[0] as Item);
}

/** What the jobs of a key said, without what others said between. */
function logOf({ log }: SequenceScene, key: string): string[] {
  return log.filter((line) => line.slice(1).startsWith(key));
}

function oneAfterTheOther(key: string, numbers: readonly number[]): string[] {
  return numbers.flatMap((number) => [`+${key}${String(number)}`, `-${key}${String(number)}`]);
}

const ONE_OF_A = {
  workspaceId: "default",
  jobType: "echo",
  payload: { text: "a1" },
  sequenceKey: "a",
  sequence: 1,
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
};
const NUMBERS = Array.from({ length: 20 }, (_, index) => index + 1);
const failsWith = (code: "PDF_INVALID") => async (): Promise<never> => {
  throw new MillraceError(code, "no");
};

async function cancel({ app }: SequenceScene, job: Job): Promise<void> {
  await cancelJob(app, { ref: job, actor: "client" });
}

describe("a sequence_key", () => {
  it.each([11, 987_654])(
    "has its jobs run in the order of their numbers, however they and their messages come (R-063), seed %i",
    async (seed) => {
      const scene = await sequenceScene();
      let puts = seed;
      scene.fateOf = () => {
        puts++;
        if (puts % 7 === 0) return "lost";
        return puts % 9 === 0 ? "twice" : "arrives";
      };
      const wanted = ["a", "b", "c"].flatMap((key) => NUMBERS.map((number) => ({ key, number })));
      const jobs = [];
      for (const { key, number } of shuffled(wanted, seed)) jobs.push(await scene.submit(key, number));
      await scene.runUntilEnded(jobs, 5);
      for (const key of ["a", "b", "c"]) expect(logOf(scene, key)).toEqual(oneAfterTheOther(key, NUMBERS));
    },
    60_000,
  );

  it("does not hold up other keys, nor jobs without one", async () => {
    let free = (): void => undefined;
    const gate = new Promise<void>((resolve) => (free = resolve));
    const scene = await sequenceScene(async ({ payload }) => {
      if (payload.text === "a1") await gate;
      return payload;
    });
    const blocked = [await scene.submit("a", 1), await scene.submit("a", 2)] as const;
    const others = [await scene.submit("b", 1), await scene.submit("b", 2), await scene.submit(undefined)];
    const working = scene.receive(blocked[0]);
    expect(await scene.receive(blocked[1])).toMatchObject({ outcome: "postponed", job: { attempt: 0, version: 1 } });
    scene.messages.splice(0, 2);
    await scene.runUntilEnded(others);
    expect((await scene.read(blocked[1])).phase).toBe("queued");
    free();
    await working;
    await scene.runUntilEnded(blocked);
    expect(logOf(scene, "a")).toEqual(oneAfterTheOther("a", [1, 2]));
  });

  it("keeps the order of acceptance where there are no numbers, also of many that come at once", async () => {
    const scene = await sequenceScene();
    const first: Job[] = [];
    for (const text of ["a1", "a2", "a3"]) first.push(await scene.submit("a", undefined, { payload: { text } }));
    const crowd = await Promise.all(
      Array.from({ length: 12 }, async () => scene.submit("a", undefined, { payload: { text: "crowd" } })),
    );
    const last = await scene.submit("a", undefined, { payload: { text: "a4" } });
    expect(new Set(crowd.map(({ sequence }) => sequence?.place)).size).toBe(12);
    scene.messages.reverse();
    await scene.runUntilEnded([...first, ...crowd, last], 4);
    expect(logOf(scene, "a")).toEqual(oneAfterTheOther("a", [1, 2, 3, 4]));
    expect(scene.log.slice(6, -2)).toEqual(crowd.flatMap(() => ["+crowd", "-crowd"]));
  }, 30_000);

  it("belongs to one workspace", async () => {
    const scene = await sequenceScene();
    const mine = await scene.submit("a", 1);
    const other = await scene.submit("a", 1, { workspaceId: "other", payload: { text: "other" } });
    await scene.runUntilEnded([mine, other]);
    expect(scene.log).toHaveLength(4);
  });

  it("rings for the next job as soon as one has ended: nobody waits for a look", async () => {
    const scene = await sequenceScene();
    const jobs = [];
    for (const number of [3, 2, 1]) jobs.push(await scene.submit("a", number));
    await scene.runUntilEnded(jobs);
    expect([scene.log.length, scene.seconds()]).toEqual([6, 0]);
  });

  it("goes on though every ring is lost: the next job asks again within seconds", async () => {
    const scene = await sequenceScene();
    scene.fateOf = (_, by) => (by === "line" ? "lost" : "arrives");
    const jobs = [await scene.submit("a", 2), await scene.submit("a", 1)];
    await scene.runUntilEnded(jobs);
    expect(logOf(scene, "a")).toEqual(oneAfterTheOther("a", [1, 2]));
    expect(scene.seconds()).toBeLessThanOrEqual(30);
  });

  it("goes on though every message is lost but the supervisor's, and no end was ever told to the line (P2)", async () => {
    const scene = await sequenceScene();
    const isSupervisors = (job: Job) => job.last.event === "redispatched";
    scene.fateOf = (job, by) => (by === "app" && isSupervisors(job) ? "arrives" : "lost");
    const { plainJobs: store } = scene;
    const deaf = { ...scene.app.sequences, leave: async () => Promise.reject(new Error("died")) };
    Object.assign(scene.app, { jobs: createSequencedJobs(store, deaf) });
    const jobs = [];
    for (const number of [3, 1, 2]) jobs.push(await scene.submit("a", number));
    await scene.runUntilEnded(jobs);
    expect(logOf(scene, "a")).toEqual(oneAfterTheOther("a", [1, 2, 3]));
  }, 30_000);

  it("has no more than a message or two for a job that waits long, however often the supervisor rings", async () => {
    const scene = await sequenceScene();
    const waiting = await scene.submit("a", 2);
    await scene.submit("b", 1);
    const blocker = await scene.submit("a", 1, { runAt: "2026-03-01T06:01:00.000Z" });
    for (let hours = 0; hours < 6; hours++) {
      scene.pass(3_600);
      await scene.sweep();
      const other = await scene.submit(`h${String(hours)}`, 1);
      await scene.runUntilEnded([other]);
    }
    const mine = scene.messages.filter(({ envelope }) => envelope.job_id === waiting.jobId);
    expect(mine.length).toBeLessThanOrEqual(2);
    await scene.runUntilEnded([waiting, blocker]);
    expect(logOf(scene, "a")).toEqual(oneAfterTheOther("a", [1, 2]));
  }, 60_000);

  it("asks again though the supervisor's message was received before its row was written", async () => {
    const scene = await sequenceScene();
    await scene.submit("a", 1);
    const waiting = await scene.submit("a", 2);
    scene.pass(121);
    const rungAgain = { ...waiting, enqueuedAt: scene.app.clock.now() };
    expect(await scene.receive(rungAgain)).toMatchObject({ outcome: "postponed" });
    await scene.sweep();
    const [askingAgain] = scene.messages.filter(
      ({ envelope, at }) => envelope.job_id === waiting.jobId && at > rungAgain.enqueuedAt.getTime(),
    );
    scene.pass(120);
    const again = { ...waiting, enqueuedAt: new Date(askingAgain?.envelope.enqueued_at ?? 0) };
    expect(await scene.receive(again)).toMatchObject({ outcome: "postponed" });
  });

  it("lets the next go when the one before failed, was cancelled or expired", async () => {
    const scene = await sequenceScene(async (context) => {
      if (context.payload.text === "a1") return failsWith("PDF_INVALID")();
      return context.payload;
    });
    const [failing, cancelled, expiring, last] = [
      await scene.submit("a", 1),
      await scene.submit("a", 2),
      await scene.submit("a", 3, { expiresAt: "2026-03-01T00:00:10.000Z" }),
      await scene.submit("a", 4),
    ];
    await cancel(scene, cancelled); // out of its turn: nothing of the line changes
    expect(await scene.receive(last)).toMatchObject({ outcome: "postponed" });
    scene.pass(11);
    await scene.runUntilEnded([failing, cancelled, expiring, last]);
    const phases = await Promise.all([failing, cancelled, expiring, last].map(async (job) => scene.read(job)));
    expect(phases.map(({ phase }) => phase)).toEqual(["failed", "cancelled", "failed", "done"]);
    expect(phases[2]).toMatchObject({ error: { code: "EXPIRED" } });
    expect(logOf(scene, "a")).toEqual([...oneAfterTheOther("a", [1]), ...oneAfterTheOther("a", [4])]);
  });

  it("waits an hour for a number that nobody takes; then the job behind it fails, and only that one", async () => {
    const scene = await sequenceScene();
    const jobs = [];
    for (const number of [1, 3, 4]) jobs.push(await scene.submit("a", number));
    const [, behind, after] = jobs as [Job, Job, Job];
    await scene.runUntilEnded([behind]);
    expect(scene.seconds()).toBeGreaterThanOrEqual(3_600);
    expect(scene.seconds()).toBeLessThanOrEqual(3_600 + 120);
    expect(await scene.read(behind)).toMatchObject({ phase: "failed", error: { code: "SEQUENCE_GAP" } });
    await scene.runUntilEnded([after]);
    expect(logOf(scene, "a")).toEqual(oneAfterTheOther("a", [1, 4]));
    await expect(scene.submit("a", 2)).rejects.toMatchObject({ code: "SEQUENCE_TAKEN" });
  }, 30_000);

  it("takes no place for a gap that is passed between two looks, however long the job behind it has waited", async () => {
    const scene = await sequenceScene();
    const [first, second] = [await scene.submit("a", 1), await scene.submit("a", 2)];
    const { jobs: table } = scene.app.storage;
    let isEnded = false;
    const list: typeof table.list = async (query) => {
      if (!isEnded) {
        isEnded = true; // The line was read before this, and its first ticket is read after it.
        await cancel(scene, first);
      }
      return table.list(query);
    };
    const { plainJobs: jobs } = scene;
    const options = { jobs, dispatch: scene.app.dispatch, chance: Math.random, gapMs: 3_600_000 };
    const sequences = createSequences({ table: { ...table, list }, ...options });
    scene.pass(3_601);
    const turn = await sequences.turnOf(second as SequencedJob, scene.app.clock.now());
    expect(turn).toEqual({ outcome: "now" });
  });

  it("goes on behind the largest number that JSON carries safely", async () => {
    const scene = await sequenceScene();
    const last = await scene.submit("a", Number.MAX_SAFE_INTEGER);
    scene.pass(3_601);
    await scene.receive(last);
    const { jobs: table } = scene.app.storage;
    const rows = await Promise.all(
      PARTITIONS.map(async (partition) =>
        table.list({
          filter: odata`PartitionKey eq ${partition} and RowKey gt ${"seq"} and RowKey lt ${"seq}"}`,
          limit: 2,
        }),
      ),
    );
    // A bare number beyond 31 bits has no type that all services agree on.
    expect(rows.flat().map(({ row }) => row["passed"])).toEqual([String(Number.MAX_SAFE_INTEGER)]);
    await expect(scene.submit("a", 1)).rejects.toMatchObject({ code: "SEQUENCE_TAKEN" });
  });

  it("counts the minute of a ticket from when it was taken, however long the request was looked at before", async () => {
    const scene = await sequenceScene();
    const { clock, jobs } = scene.app;
    const slow = {
      now() {
        const time = clock.now();
        scene.pass(50);
        return time;
      },
    };
    const create = async () => Promise.reject(new Error("died"));
    const dying = submitJob({ ...scene.app, clock: slow, jobs: { ...jobs, create } }, ONE_OF_A);
    await expect(dying).rejects.toThrow("died");
    expect(scene.seconds()).toBeGreaterThan(60);
    scene.pass(59 - 50);
    await expect(submitJob(scene.app, ONE_OF_A)).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    scene.pass(2);
    expect(await submitJob(scene.app, ONE_OF_A)).toMatchObject({ job: { sequence: { place: 1 } } });
  });

  it("takes the missing number while there is time, though the one behind it was cancelled meanwhile", async () => {
    const scene = await sequenceScene();
    const [second, third] = [await scene.submit("a", 2), await scene.submit("a", 3)];
    await cancel(scene, second);
    expect(await scene.receive(third)).toMatchObject({ outcome: "postponed" });
    const first = await scene.submit("a", 1);
    await scene.runUntilEnded([first, third]);
    expect(logOf(scene, "a")).toEqual(oneAfterTheOther("a", [1, 3]));
  });

  it("fails a job that was accepted while its place was being given up", async () => {
    const scene = await sequenceScene();
    const second = await scene.submit("a", 2);
    scene.pass(3_601);
    const ended = await scene.receive(second); // accepted between the look at the line and this
    expect(ended).toMatchObject({ outcome: "ended", job: { error: { code: "SEQUENCE_GAP" } } });
    const late = { ...second, sequence: { key: "a", place: 1, number: 1 } } as const;
    expect(await scene.app.sequences.turnOf(late, scene.app.clock.now())).toMatchObject({ outcome: "never" });
  });

  it("begins a new operation outside of it: its place has been passed", async () => {
    const scene = await sequenceScene();
    const [first, second] = [await scene.submit("a", 1), await scene.submit("a", 2)];
    const { plainJobs: jobs } = scene;
    const lineKnowsNothing = createSequencedJobs(jobs, { ...scene.app.sequences, leave: async () => undefined });
    Object.assign(scene.app, { jobs: lineKnowsNothing });
    await cancel(scene, first);
    const stored = await scene.app.jobs.require(first);
    const again = evolve(
      stored.job,
      {
        type: "regenerated",
        actor: "client",
        operationId: `${first.operationId.slice(0, -1)}0`,
        profileVersion: 1,
        maxAttempts: 4,
        stepNames: ["echo"],
        payload: first.payload,
        traceparent: first.traceparent,
      },
      scene.app.clock.now(),
    );
    await scene.app.jobs.save(again, stored);
    expect(again.sequence).toBeUndefined();
    expect(await scene.receive(second)).toMatchObject({ outcome: "ran" });
    expect(await scene.receive(again)).toMatchObject({ outcome: "ran" });
  });

  it.each(["ended in its turn", "ended out of it"])(
    "remembers a job that %s and was deleted, though its line was never told of the end",
    async (when) => {
      const scene = await sequenceScene();
      const [first, second, third] = [
        await scene.submit("a", 1),
        await scene.submit("a", 2),
        await scene.submit("a", 3),
      ];
      const deaf = { ...scene.app.sequences, leave: async () => Promise.reject(new Error("died")) };
      Object.assign(scene.app, { jobs: createSequencedJobs(scene.plainJobs, deaf) });
      if (when === "ended in its turn") await scene.receive(first);
      await cancel(scene, second);
      await deleteJob(scene.app, second);
      if (when === "ended out of it") await scene.receive(first);
      await deleteJob(scene.app, first);
      expect(await scene.receive(third)).toMatchObject({ outcome: "ran", job: { phase: "done" } });
      await expect(scene.submit("a", 2)).rejects.toMatchObject({ code: "SEQUENCE_TAKEN" });
    },
  );

  it("costs a job without a key no storage call, and one with a key no more at the end of a long line", async () => {
    const scene = await sequenceScene();
    const counts: number[][] = [];
    for (const number of [undefined, ...NUMBERS]) {
      let job: Job | undefined;
      const submitting = await scene.callsOf(
        async () => (job = await scene.submit(number === undefined ? undefined : "a", number)),
      );
      counts.push([submitting, await scene.callsOf(async () => scene.receive(job as Job))]);
    }
    expect(counts[0]).toEqual([1, 3]); // a transaction; read, claim, complete
    expect(counts[20]).toEqual(counts[2]);
    expect(counts[20]).toEqual([3, 8]); // two for the ticket; one for the turn, four for the end
  });
});
