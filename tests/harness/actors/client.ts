import { submitJob } from "../../../src/jobs/submit.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import type { ClientEvent } from "../history/history.ts";
import type { Life } from "../world/world.ts";
import { call } from "./call.ts";
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
  readonly text: string;
  readonly key: string | undefined;
}

const WORKSPACE = "default";
const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/** What a client hears of a request that may have been carried out. Anything else it was never told to expect. */
const MAY_HAVE_HAPPENED = new Set(["STORAGE_UNAVAILABLE", "DISPATCH_FAILED"]);

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
      const text = `${random.pick(MOODS)} job ${number} of ${options.name}`;
      const wish = { text, key: random.happens(0.6) ? `key-${options.name}-${number}` : undefined };
      // Without a key, a second try would ask for a second job.
      for (let tries = wish.key === undefined ? 1 : 1 + random.below(4); tries > 0; tries--) {
        const accepted = await submit(ask, wish);
        if (accepted && random.happens(0.8)) break;
        await pause(random.below(5_000));
      }
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

interface Ask {
  readonly site: Site;
  readonly life: Life;
  readonly options: ClientOptions;
  readonly jobIds: Set<string>;
}

async function submit({ site, life, options, jobIds }: Ask, { text, key }: Wish): Promise<boolean> {
  const client = options.name;
  options.log({ client, did: "submit", text, key });
  const answer = await call(site, {
    life,
    host: site.random.pick(options.hosts as [Host, ...Host[]]),
    label: `${client} submit "${text}"`,
    ask: async (app) =>
      submitJob(app, {
        workspaceId: WORKSPACE,
        jobType: "ask-twice",
        payload: { text },
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
  options.log({ client, did: "maybe", text, key, code: codeOf(site, answer.thrown) });
  return false;
}

async function read({ site, life, options }: Ask, jobId: string): Promise<void> {
  const answer = await call(site, {
    life,
    host: site.random.pick(options.hosts as [Host, ...Host[]]),
    label: `${options.name} read ${jobId}`,
    ask: async (app) => (await app.jobs.require({ workspaceId: WORKSPACE, jobId })).job,
  });
  if ("value" in answer) {
    const { version, phase } = answer.value;
    options.log({ client: options.name, did: "read", jobId, version, phase });
  } else codeOf(site, answer.thrown);
}

function codeOf(site: Site, thrown: unknown): string {
  if (thrown instanceof Error && thrown.message === "No answer") return "none";
  const code = thrown instanceof MillraceError ? thrown.code : String(thrown);
  if (!MAY_HAVE_HAPPENED.has(code)) site.surprise(`A client was answered ${code}`);
  return code;
}
