import { readResult } from "../../../src/jobs/read-result.ts";
import { submitJob } from "../../../src/jobs/submit.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import type { ClientEvent } from "../history/history.ts";
import type { Random } from "../world/random.ts";
import type { Life } from "../world/world.ts";
import { NO_ANSWER, call } from "./call.ts";
import type { Host } from "./host.ts";
import { MOODS } from "./job-type.ts";
import type { Site } from "./site.ts";

export interface ClientOptions {
  readonly name: string;
  readonly hosts: readonly [Host, ...Host[]];
  readonly jobs: number;
  readonly log: (event: Unlogged) => void;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Unlogged = DistributiveOmit<ClientEvent, "at" | "commits">;

export interface Client {
  readonly name: string;
  /** What it knows to be accepted. */
  readonly jobIds: ReadonlySet<string>;
  /** Asks once more for everything it knows of. */
  readAll(): Promise<void>;
  readonly finished: () => boolean;
}

interface Wish {
  /** No other request of the run has this text. */
  readonly text: string;
  readonly key: string | undefined;
  /** Does not fit in a row. */
  readonly isLarge: boolean;
}

const LARGE_CHARACTERS = 40_000;

const WORKSPACE = "default";
const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/** What a client hears of a request that may have been carried out. Anything else it was never told to expect. */
const MAY_HAVE_HAPPENED = new Set(["none", "STORAGE_UNAVAILABLE", "DISPATCH_FAILED"]);

/** Submits jobs one after the other, with keys and without, again where it heard nothing, and looks how they are. */
export function startClient(site: Site, options: ClientOptions): Client {
  const { world, random } = site;
  const life: Life = world.startLife(options.name);
  const jobIds = new Set<string>();
  let finished = false;
  const pause = async (ms: number) =>
    new Promise<void>((resolve) => {
      world.after(ms, { life, label: "", run: resolve });
    });
  const ask = { site, life, options, jobIds };

  const run = async () => {
    for (let number = 1; number <= options.jobs; number++) {
      await pause(random.below(3_000));
      const wish = random.happens(0.3) ? sharedWish(number) : ownWish(random, number, options.name);
      // Without a key, a second try would ask for a second job.
      for (let tries = wish.key === undefined ? 1 : 1 + random.below(4); tries > 0; tries--) {
        const accepted = await submit(ask, wish);
        if (accepted && random.happens(0.8)) break;
        await pause(random.below(5_000));
      }
      if (wish.key !== undefined && random.happens(0.1))
        await submit(ask, { ...wish, text: `${wish.text}, forged by ${options.name}` });
      for (let looks = random.below(4); looks > 0; looks--) {
        await pause(random.pick([100, 1_000, 20_000]));
        for (const jobId of jobIds) await read(ask, jobId);
      }
    }
    finished = true;
  };
  world.after(0, {
    life,
    label: "begins",
    run: () => void run(),
  });
  return {
    name: options.name,
    jobIds,
    finished: () => finished,
    async readAll() {
      for (const jobId of jobIds) await read(ask, jobId);
    },
  };
}

function ownWish(random: Random, number: number, name: string): Wish {
  const key = random.happens(0.6) ? `key-${name}-${number}` : undefined;
  return { text: `${random.pick(MOODS)} job ${number} of ${name}`, key, isLarge: random.happens(0.1) };
}

/** What several clients ask for under one key, maybe at one time. */
function sharedWish(number: number): Wish {
  const mood = MOODS[number % MOODS.length] ?? "quick";
  return { text: `${mood} shared job ${number}`, key: `key-shared-${number}`, isLarge: number % 2 === 0 };
}

interface Ask {
  readonly site: Site;
  readonly life: Life;
  readonly options: ClientOptions;
  readonly jobIds: Set<string>;
}

async function submit({ site, life, options, jobIds }: Ask, wish: Wish): Promise<boolean> {
  const client = options.name;
  const { text, key } = wish;
  options.log({ client, did: "submit", text, key });
  const answer = await call(site, {
    life,
    host: site.random.pick(options.hosts as [Host, ...Host[]]),
    label: `${client} submit "${text}"`,
    ask: async (app) =>
      submitJob(app, {
        workspaceId: WORKSPACE,
        jobType: "ask-twice",
        payload: { text: wish.isLarge ? text.padEnd(LARGE_CHARACTERS) : text },
        metadata: { wish: text },
        traceparent: TRACEPARENT,
        idempotencyKey: key,
      }),
  });
  if ("value" in answer) {
    const { jobId } = answer.value.job;
    jobIds.add(jobId);
    options.log({ client, did: "heard", text, key, jobId });
    return true;
  }
  const code = codeOf(answer.thrown);
  if (code === "IDEMPOTENCY_MISMATCH") options.log({ client, did: "refused", text, key, code });
  else options.log({ client, did: "maybe", text, key, code });
  if (!MAY_HAVE_HAPPENED.has(code) && !(code === "IDEMPOTENCY_MISMATCH" && wish.key !== undefined))
    site.surprise(`A client was answered ${code}`);
  return false;
}

async function read({ site, life, options }: Ask, jobId: string): Promise<void> {
  const answer = await call(site, {
    life,
    host: site.random.pick(options.hosts as [Host, ...Host[]]),
    label: `${options.name} read ${jobId}`,
    ask: async (app) => {
      const { job } = await app.jobs.require({ workspaceId: WORKSPACE, jobId });
      const { text } = (job.phase === "done" ? await readResult(app, job) : {}) as { readonly text?: string };
      return { version: job.version, result: text?.trimEnd() };
    },
  });
  if ("value" in answer) options.log({ client: options.name, did: "read", jobId, ...answer.value });
  else if (!MAY_HAVE_HAPPENED.has(codeOf(answer.thrown)))
    site.surprise(`A client that read was answered ${codeOf(answer.thrown)}`);
}

function codeOf(thrown: unknown): string {
  if (thrown === NO_ANSWER) return "none";
  return thrown instanceof MillraceError ? thrown.code : String(thrown);
}
