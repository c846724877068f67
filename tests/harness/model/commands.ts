import fc from "fast-check";
import type { AsyncCommand } from "fast-check";
import type { App } from "../../../src/app.ts";
import { listDeadLetters } from "../../../src/dead-letters/list-dead-letters.ts";
import { replayDeadLetter } from "../../../src/dead-letters/replay-dead-letter.ts";
import { cancelJob } from "../../../src/jobs/cancel.ts";
import { deleteJob } from "../../../src/jobs/delete-job.ts";
import { regenerateJob } from "../../../src/jobs/regenerate.ts";
import type { JobLetter } from "../../../src/jobs/store/dead-letter.ts";
import { call } from "../actors/call.ts";
import { askOfJob } from "../actors/client/ask-of-job.ts";
import { TRACEPARENT, WORKSPACE } from "../actors/client/caller.ts";
import { read } from "../actors/client/read.ts";
import { submit } from "../actors/client/submit.ts";
import { MOODS } from "../actors/job-type.ts";
import { cancelled, looked, regenerated, removed, replayed, seen, submitted } from "./client-model.ts";
import type { ClientModel, ModelJob } from "./client-model.ts";
import type { Real } from "./real.ts";

type Command = AsyncCommand<ClientModel, Real>;

/** Keys are few, so that they are used again; texts are the mood and a number, and few for the same reason. */
const key = fc.option(fc.constantFrom("key-1", "key-2"), { nil: undefined });
/** A job that kills its host could take an answer along that the model counts on; hosts are killed by "crash". */
const moods = MOODS.filter((mood) => mood !== "deadly");
const text = fc.tuple(fc.constantFrom(...moods), fc.constantFrom("one", "two")).map((words) => words.join(" "));
const which = fc.nat(3);

/** All that can happen, client's and world's. */
export const COMMANDS = [
  fc.record({ key, text }).map(submitCommand),
  which.map((index) => ofJob(`read ${index}`, index, look)),
  fc.record({ index: which, operation: fc.constantFrom("current", "first", "any") }).map(cancelCommand),
  fc.record({ index: which, text: fc.option(text, { nil: undefined }), key }).map(regenerateCommand),
  which.map(replayCommand),
  text.map((refused) => submitCommand({ key: undefined, text: refused.replace(/^\w+/, "refusing") })),
  which.map((index) => ofJob(`delete ${index}`, index, remove)),
  fc.constant(worlds("deliver", async (real) => real.advance(3_000))),
  fc.constant(worlds("drop ack", dropAck)),
  fc.constantFrom(20_000, 100_000, 700_000).map((ms) => worlds(`advance ${ms} ms`, async (real) => real.advance(ms))),
  fc.nat(2).map((index) => worlds(`crash ${index}`, async (real) => crash(real, index))),
];

function submitCommand(wish: { readonly key: string | undefined; readonly text: string }): Command {
  return {
    check: () => true,
    toString: () => `submit "${wish.text}" under ${wish.key ?? "no key"}`,
    async run(model, real) {
      const number = model.jobs.length;
      // Without a key every request is one of its own.
      const unique = wish.key === undefined ? `${wish.text} ${number}` : `${wish.text} of ${wish.key}`;
      const whole = { key: wish.key, text: unique };
      const told = await real.ask(async () => submit(real.caller, { ...whole, isLarge: false, schedule: {} }));
      submitted(model, whole, told);
      const job = model.jobs.at(-1);
      const operationId = job && real.caller.known.get(job.jobId)?.operations[0];
      if (job && operationId !== undefined && job.operations.length === 0)
        job.operations.push({ operationId, text: unique });
    },
  };
}

interface CancelOf {
  readonly index: number;
  readonly operation: "current" | "first" | "any";
}

function cancelCommand({ index, operation }: CancelOf): Command {
  return ofJob(`cancel ${index} (${operation})`, index, async (job, real) => {
    const { operations, jobId } = job;
    const operationId = { current: operations.at(-1), first: operations[0], any: undefined }[operation]?.operationId;
    const ref = { workspaceId: WORKSPACE, jobId };
    const told = await real.ask(async () =>
      askOfJob(real.caller, { act: "cancel", jobId, operationId }, async (app) =>
        cancelJob(app, real.site.variant.cancel({ ref, operationId, actor: "client" })),
      ),
    );
    cancelled(job, operationId, told);
  });
}

interface RegenerateOf {
  readonly index: number;
  readonly text: string | undefined;
  readonly key: string | undefined;
}

function regenerateCommand({ index, text: wanted, key: given }: RegenerateOf): Command {
  return ofJob(`regenerate ${index} as "${wanted ?? ""}" under ${given ?? "no key"}`, index, async (job, real) => {
    const { jobId } = job;
    const payload = wanted === undefined ? undefined : { text: wanted };
    // A key stands for one body.
    const whole = given === undefined ? undefined : `${given} ${wanted ?? ""}`;
    const told = await real.ask(async () =>
      askOfJob(real.caller, { act: "regenerate", jobId, text: wanted, key: whole }, async (app) => {
        const ref = { workspaceId: WORKSPACE, jobId };
        const begun = await regenerateJob(app, { ref, payload, traceparent: TRACEPARENT, idempotencyKey: whole });
        return begun.job;
      }),
    );
    regenerated(job, { ...(wanted !== undefined && { text: wanted }), key: whole }, told);
  });
}

async function look(job: ModelJob, real: Real): Promise<void> {
  const told = await real.ask(async () => read(real.caller, job.jobId));
  if (told.did !== "read") {
    looked(job, told, undefined);
    return;
  }
  const { at, client, commits, jobId, version, result } = told;
  const known = real.caller.known.get(jobId);
  const [operationId = "", phase = "queued"] = [known?.operations.at(-1), known?.phase];
  seen(job, { at, client, commits, jobId, version, operationId, phase, did: "yes", act: "read", call: 0 }, result);
}

/** Replays some letter, an open one or one that was seen to long ago, if there is any. */
function replayCommand(index: number): Command {
  return {
    check: ({ jobs }) => jobs.length > 0,
    toString: () => `replay letter ${index}`,
    async run({ jobs }, real) {
      await real.advance(10_000); // So that there is a letter, if the model refuses a job.
      const letters = (await readLetters(real)).filter((letter) => jobs.some((job) => isOf(letter, job)));
      const letter = letters[index % letters.length];
      const job = letter && jobs.find((candidate) => isOf(letter, candidate));
      if (!job) return;
      await look(job, real); // So that an end that nobody has looked at yet is known.
      await replay(job, letter, real);
    },
  };
}

function isOf(letter: JobLetter, { jobId, isGone }: ModelJob): boolean {
  return letter.jobId === jobId && !isGone;
}

async function replay(job: ModelJob, { deadLetterId, operationId }: JobLetter, real: Real): Promise<void> {
  const press = async () =>
    real.ask(async () =>
      askOfJob(real.caller, { act: "replay", jobId: job.jobId, letterId: deadLetterId }, async (app) => {
        const begun = await replayDeadLetter(app, { deadLetterId, traceparent: TRACEPARENT });
        return "job" in begun ? { ...begun.job, operationId: begun.operationId } : undefined;
      }),
    );
  let told = await press();
  while (told.did === "unsure") told = await press(); // A job can kill the host that was to answer.
  replayed(job, operationId, told);
}

/** None when the host dies that is asked. */
async function readLetters(real: Real): Promise<JobLetter[]> {
  const { caller, site, hosts } = real;
  const letters: JobLetter[] = [];
  await real.ask(async () => {
    const question = async (app: App) => listDeadLetters(app, {}, 100);
    const answer = await call(site, { life: caller.life, host: hosts[0], label: "list dead letters", ask: question });
    for (const letter of "value" in answer ? answer.value.letters : [])
      if (letter.origin === "job") letters.push(letter);
  });
  return letters;
}

async function remove(job: ModelJob, real: Real): Promise<void> {
  const ref = { workspaceId: WORKSPACE, jobId: job.jobId };
  const told = await real.ask(async () =>
    askOfJob(real.caller, { act: "delete", jobId: job.jobId }, async (app) => {
      await deleteJob(app, ref);
      return undefined;
    }),
  );
  removed(job, told);
}

/** Something that is done to one of the jobs there are. */
function ofJob(name: string, index: number, run: (job: ModelJob, real: Real) => Promise<void>): Command {
  return {
    check: ({ jobs }) => jobs.length > 0,
    toString: () => name,
    async run({ jobs }, real) {
      const job = jobs[index % jobs.length];
      if (job) await run(job, real);
    },
  };
}

/** Something that happens, and that no client may notice. */
function worlds(name: string, happen: (real: Real) => Promise<unknown>): Command {
  return {
    check: () => true,
    toString: () => name,
    run: async (_model, real) => {
      await happen(real);
    },
  };
}

async function dropAck(real: Real): Promise<void> {
  real.dropAck();
  return Promise.resolve();
}

async function crash({ hosts }: Real, index: number): Promise<void> {
  const host = hosts[index % hosts.length];
  if (host?.up) host.crash(host.up.life);
  return Promise.resolve();
}
