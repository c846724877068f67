import type { HostProcess } from "../../support/host-process.ts";
import { getEntity, raiseEvent, startInstance, waitForEnd } from "./crash-app.ts";
import type { CrashApp } from "./crash-app.ts";

/** Work for a host that dies. Everything a client does here can be done again. */
export interface Scenario {
  readonly name: string;
  /** Sets it going, as a client that tries again after its host has died. */
  readonly begin: (host: HostProcess, progress: Progress) => Promise<void>;
  /** Waits for the end and returns all that must be as if nothing had happened. */
  readonly result: (host: HostProcess, app: CrashApp) => Promise<unknown>;
  readonly expected: unknown;
}

/** What the client knows that the host has acknowledged. */
export interface Progress {
  hasRaised?: boolean;
}

/** Distinct values an activity ran for: at least once each, and nothing that should not have run. */
function ran(app: CrashApp, what: string): readonly unknown[] {
  return [...new Set(app.effects().flatMap((effect) => (effect.what === what ? [effect.value] : [])))].sort();
}

const fanOut: Scenario = {
  name: "fan-out and fan-in",
  begin: (host) => startInstance(host, { name: "fanOut", id: "f" }),
  result: async (host, app) => [(await waitForEnd(host, "f")).output, ran(app, "square")],
  expected: [14, [1, 2, 3]],
};

const transfer: Scenario = {
  name: "transfer between entities",
  begin: (host) => startInstance(host, { name: "transfer", id: "t", input: { from: "a", to: "b" } }),
  result: async (host) => [
    (await waitForEnd(host, "t")).output,
    await getEntity(host, "account", "a"),
    await getEntity(host, "account", "b"),
  ],
  expected: [[-1, 1], -1, 1],
};

const timer: Scenario = {
  name: "timer",
  begin: (host) => startInstance(host, { name: "pause", id: "p" }),
  result: async (host, app) => [(await waitForEnd(host, "p")).output, ran(app, "step")],
  expected: ["first second", ["first", "second"]],
};

const generations: Scenario = {
  name: "continue as new",
  begin: async (host, progress) => {
    await startInstance(host, { name: "generations", id: "g", input: { n: 1 } });
    // Raised once for certain, perhaps twice: the second would be buffered by a later generation, which does not wait for it.
    if (progress.hasRaised !== true) await raiseEvent(host, "g", { name: "word", value: "hello" });
    progress.hasRaised = true;
  },
  result: async (host, app) => [(await waitForEnd(host, "g")).output, ran(app, "step")],
  expected: [{ heard: "hello", balance: 3 }, ["generation 1", "generation 2", "generation 3"]],
};

export const scenarios = [fanOut, transfer, timer, generations];
