import { RestError } from "@azure/data-tables";
import type { StorageAccount } from "../storage/account.ts";
import type { Exchange, Sent } from "../storage/http-client.ts";
import type { WireResponse } from "../storage/wire.ts";
import type { Fault, Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Life, World } from "./world.ts";

export interface NetworkOptions {
  readonly world: World;
  readonly random: Random;
  readonly faults: Faults;
  readonly account: StorageAccount;
  readonly crash: (life: Life) => void;
  /** Told of whoever has a fault come up. */
  readonly onFault: (life: Life) => void;
  /** Told after each request to a queue: there may be something to fetch. */
  readonly onQueue: () => void;
}

export interface Network {
  /** How requests of this life reach the account. */
  exchangeFor(life: Life): Exchange;
  /** Whose request is being carried out. */
  readonly sender: Life | undefined;
}

type Answer = { readonly response: WireResponse } | { readonly error: Error };

/** Between the processes and their storage: each request and each answer is a task of its own, and can go wrong. */
export function createNetwork(options: NetworkOptions): Network {
  const { world, random, faults, account } = options;
  let sender: Life | undefined;

  const carryOut = (life: Life, { service, wire }: Sent) => {
    sender = life;
    const response = account.handle(service, wire);
    sender = undefined;
    if (service === "queue") options.onQueue();
    return response;
  };

  /** What arrives does so even if its sender has died meanwhile, or it does not: both are seen. */
  const arrive = (life: Life, sent: Sent, fault: Fault | undefined): Answer | undefined => {
    if (!life.alive && random.happens(0.5)) return undefined;
    const response = carryOut(life, sent);
    const queueName = sent.wire.path.split("/")[0] ?? "";
    if (fault === "duplicate" && isPut(sent)) account.duplicateNewest(queueName);
    if (fault === "lostMessage" && isPut(sent)) account.loseNewest(queueName);
    if (fault === "crashAfter") options.crash(life);
    if (fault === "pause") {
      world.pauseLife(life, random.pick([1_000, 20_000, 65_000, 150_000, 700_000]));
      options.onFault(life);
    }
    if (fault === "lostAnswer") return { error: connectionReset() };
    if (fault === "wrongAnswer") return { response: { status: 500, headers: {} } };
    return { response };
  };

  const send = (life: Life, sent: Sent, settle: (answer: Answer) => void) => {
    const fault = faults.draw((kind) => isPut(sent) || !OF_PUTS.has(kind));
    const what = describe(sent);
    const told = fault ? `${what} [${fault}]` : what;
    const answer = (given: Answer | undefined) => {
      if (!given) return;
      const delayMs = answerDelayMs(random, fault);
      const label = "error" in given ? `${what} fails` : `${what} = ${String(given.response.status)}`;
      world.after(delayMs, {
        life,
        label,
        run: () => {
          settle(given);
        },
      });
    };
    if (fault) {
      options.onFault(life);
      world.note(life, `sends ${told}`);
    }
    if (fault === "silence") {
      answer({ error: connectionReset() });
    } else if (fault === "crashBefore") {
      options.crash(life);
    } else if (fault === "lostRequest") {
      answer({ error: connectionReset() });
    } else if (fault === "refused") {
      answer({ response: { status: 503, headers: {} } });
    } else {
      const delayMs = fault === "lateRequest" ? slowMs(random) : quickMs(random);
      const run = () => {
        answer(arrive(life, sent, fault));
      };
      world.after(delayMs, { life: undefined, label: `${told} of ${life.name}#${life.number} arrives`, run });
    }
  };

  return {
    get sender() {
      return sender;
    },
    exchangeFor: (life) => async (sent) =>
      new Promise((resolve, reject) => {
        if (!life.alive) return; // The code of the dead may run to the end of its turn, but reaches nobody.
        sent.abortSignal?.addEventListener("abort", () => {
          reject(aborted());
        });
        if (sent.abortSignal?.aborted) reject(aborted());
        else
          send(life, sent, (answer) => {
            if ("error" in answer) reject(answer.error);
            else resolve(answer.response);
          });
      }),
  };
}

/** What can go wrong with a message that is put, and with nothing else. */
const OF_PUTS: ReadonlySet<Fault> = new Set(["duplicate", "lostMessage"]);

function isPut({ service, wire }: Sent): boolean {
  return service === "queue" && wire.method === "POST";
}

/** Mostly no time at all: what is due at one time comes in any order. */
function quickMs(random: Random): number {
  return random.happens(0.7) ? 0 : random.below(50);
}

/** Who is left without a word hears from its own system in the end, if it has not lost patience before. */
const SILENCE_MS = 120_000;

function answerDelayMs(random: Random, fault: Fault | undefined): number {
  if (fault === "silence") return SILENCE_MS;
  return fault === "lateAnswer" ? slowMs(random) : quickMs(random);
}

/** Nothing is on its way for longer. */
export const SLOWEST_MS = 80_000;

function slowMs(random: Random): number {
  return random.pick([200, 2_000, 9_000, 15_000, SLOWEST_MS]);
}

/** As Node's own client of the SDKs puts it. */
function connectionReset(): Error {
  return new RestError("read ECONNRESET", { code: "ECONNRESET" });
}

function aborted(): Error {
  return Object.assign(new Error("The operation was aborted."), { name: "AbortError" });
}

const LONGEST_PATH = 90;

/** `GET table millracejobs(…)`: long enough to see which row, short enough for a line. */
function describe({ service, wire: { method, path, query } }: Sent): string {
  const filter = query.get("$filter");
  return `${method} ${service} ${path}${filter ? `?${filter}` : ""}`.slice(0, LONGEST_PATH);
}
