import { closeDeadLetter } from "../../../src/dead-letters/close-dead-letter.ts";
import { editDeadLetter } from "../../../src/dead-letters/edit-dead-letter.ts";
import { listDeadLetters } from "../../../src/dead-letters/list-dead-letters.ts";
import { replayDeadLetter } from "../../../src/dead-letters/replay-dead-letter.ts";
import type { JobLetter } from "../../../src/jobs/store/dead-letter.ts";
import { call } from "./call.ts";
import { askOfJob } from "./client/ask-of-job.ts";
import { TRACEPARENT } from "./client/caller.ts";
import type { Caller, Unlogged } from "./client/caller.ts";
import type { Host } from "./host.ts";
import { MOODS } from "./job-type.ts";
import type { Site } from "./site.ts";

export interface OperatorOptions {
  readonly name: string;
  readonly hosts: readonly [Host, ...Host[]];
  readonly log: (event: Unlogged) => void;
}

/** Looks into the ledger now and then, and replays what failed, at once or with another payload, or closes it; until it is stopped. */
export function startOperator(site: Site, options: OperatorOptions): () => void {
  const { world, random } = site;
  const life = world.startLife(options.name);
  const caller: Caller = { site, life, known: new Map(), ...options };
  let stopped = false;
  const look = async () => {
    const letter = await someLetter(caller);
    if (letter) await random.pick([replay, replay, replay, edit, close])(caller, letter);
    next();
  };
  const next = () => {
    if (stopped) return;
    world.after(random.pick([1_000, 10_000, 40_000]), {
      life,
      label: "",
      run: () => {
        if (!stopped) void look();
      },
    });
  };
  next();
  return () => {
    stopped = true;
  };
}

/** Mostly one that is open. */
async function someLetter({ site, life, hosts, name }: Caller): Promise<JobLetter | undefined> {
  const { random } = site;
  const status = random.happens(0.8) ? "open" : undefined;
  const answer = await call(site, {
    life,
    host: random.pick(hosts),
    label: `${name} lists dead letters`,
    ask: async (app) => listDeadLetters(app, { status }, 10),
  });
  const letters = "value" in answer ? answer.value.letters.filter((letter) => letter.origin === "job") : [];
  const [first, ...others] = letters;
  return first && random.pick([first, ...others]);
}

/** Presses the button, now and then twice. */
async function replay(caller: Caller, { jobId, deadLetterId }: JobLetter): Promise<void> {
  for (let times = caller.site.random.happens(0.4) ? 2 : 1; times > 0; times--)
    await askOfJob(caller, { act: "replay", jobId, letterId: deadLetterId }, async (app) => {
      const told = await replayDeadLetter(app, { deadLetterId, traceparent: TRACEPARENT });
      return "job" in told ? { ...told.job, operationId: told.operationId } : undefined;
    });
}

async function edit(caller: Caller, { jobId, deadLetterId, actions }: JobLetter): Promise<void> {
  const { random, nextCall } = caller.site;
  const text = `${random.pick(MOODS)} edited ${nextCall()}`;
  const asked = { act: "edit", jobId, letterId: deadLetterId, text } as const;
  await askOfJob(caller, asked, async (app) => {
    const isExpected = (letter: { readonly actions: readonly unknown[] }) => letter.actions.length === actions.length;
    await editDeadLetter(app, { deadLetterId, isExpected, payload: { text } });
    return undefined;
  });
  await replay(caller, { jobId, deadLetterId } as JobLetter);
}

async function close(caller: Caller, { jobId, deadLetterId }: JobLetter): Promise<void> {
  await askOfJob(caller, { act: "close", jobId, letterId: deadLetterId }, async (app) => {
    await closeDeadLetter(app, { deadLetterId, reason: "nobody needs it" });
    return undefined;
  });
}
