import { describe, expect, it } from "@jest/globals";
import type { AppFunction } from "../../../../../local/host/functions/app-function.ts";
import { createLogFilter } from "../../../../../local/host/logging/log-level.ts";
import { createLog } from "../../../../../local/host/logging/log.ts";
import { createTimerListener } from "../../../../../local/host/triggers/timer/timer-listener.ts";
import { createHooks } from "../../../../../local/host/worker/hooks.ts";
import { until } from "../../support/until.ts";

describe("createTimerListener()", () => {
  it("goes on firing when its status cannot be saved, and says so", async () => {
    const lines: string[] = [];
    const sink = ({ message }: { message: string }) => lines.push(message);
    const metadata = { name: "tick", bindings: {} };
    let runs = 0;
    const listener = createTimerListener({
      fn: { name: "tick", registered: { metadata } } as unknown as AppFunction,
      schedule: { next: (after) => new Date(after.getTime() + 20) },
      runOnStartup: false,
      store: {
        load: async () => undefined,
        save: async () => {
          throw new Error("no space left");
        },
      },
      isOwner: () => Promise.resolve(true),
      invoker: {
        run: async () => {
          runs += 1;
          return { returnedNothing: true };
        },
        runningCount: () => 0,
        idle: async () => undefined,
      },
      log: createLog({ filter: createLogFilter({}), sink, hooks: createHooks() }),
    });
    listener.start();
    await until(() => runs >= 2, "a second run");
    await listener.stop();
    expect(lines[0]).toBe("Cannot save the status of timer 'tick': no space left");
  });
});
