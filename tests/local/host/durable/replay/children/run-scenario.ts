/** Runs one of the orchestrations below with the real SDK and prints how it ended, or why it never does, as JSON. */
import { orchestratorOf } from "../sdk/run-plan.ts";
import { EntityId, RetryOptions, type OrchestratorFunction } from "../sdk/sdk-orchestrator.ts";
import { runToTheEnd } from "../sdk/toy-hub.ts";

const retries = (attempts: number, more: object = {}) => Object.assign(new RetryOptions(1000, attempts), more);

const SCENARIOS: Readonly<Record<string, { run: OrchestratorFunction; events?: readonly string[] }>> = {
  allOverRetries: {
    *run({ df }) {
      const first = df.callActivityWithRetry("Echo", retries(1), { label: "first", failures: 9 });
      const second = df.callActivityWithRetry("Echo", retries(3), { label: "second", failures: 9 });
      try {
        yield df.Task.all([first, second]);
      } catch {
        // Goes on with something else.
      }
      try {
        return yield df.callActivity("Echo", { label: "unrelated", failures: 0 });
      } catch (error) {
        return `the unrelated activity: ${String(error)}`;
      }
    },
  },
  retryTimeout: {
    *run({ df }) {
      const options = retries(9, { retryTimeoutInMilliseconds: 1500 });
      return yield df.callActivityWithRetry("Echo", options, { label: "late", failures: 9 });
    },
  },
  emptyError: {
    // eslint-disable-next-line require-yield -- it throws before it would
    *run() {
      throw new Error("");
    },
  },
  failure: {
    *run({ df }) {
      yield df.lock(new EntityId("Echo", "x"), new EntityId("Echo", "y"));
      yield df.callActivity("Echo", { label: "broken", failures: 1 });
    },
  },
  rounds: {
    *run({ df }) {
      const heard = (df.getInput() ?? []) as readonly unknown[];
      if (heard.length === 3) return heard;
      const event = yield df.waitForExternalEvent("news");
      df.continueAsNew([...heard, event]);
      return undefined;
    },
    events: ["news", "news", "news"],
  },
  manyInARow: {
    run: orchestratorOf(
      Array.from({ length: 300 }, (_, n) => ({ does: "activity", order: { label: `${n}`, failures: 0 } })),
    ),
  },
  manyAtOnce: {
    run: orchestratorOf([
      {
        does: "all",
        cancels: false,
        of: Array.from({ length: 200 }, (_, n) => ({ does: "activity", order: { label: `${n}`, failures: 0 } })),
      },
    ]),
  },
};

const scenario = SCENARIOS[process.argv[2] ?? ""];
if (scenario === undefined) throw new Error(`Name one of ${Object.keys(SCENARIOS).join(", ")}`);
try {
  const { completion, decisions } = await runToTheEnd(scenario.run, null, {
    chance: (limit) => (scenario.events === undefined ? 0 : limit - 1),
    events: scenario.events ?? [],
  });
  console.log(JSON.stringify({ completion, decisions: [...decisions.values()] }));
} catch (error) {
  console.log(JSON.stringify({ error: String(error) }));
}
