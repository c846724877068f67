import { describe, expect, it } from "@jest/globals";
import type { AppFunction } from "../../../../../local/host/functions/app-function.ts";
import { createLogFilter } from "../../../../../local/host/logging/log-level.ts";
import { createLog } from "../../../../../local/host/logging/log.ts";
import { createTimerListener } from "../../../../../local/host/triggers/timer/timer-listener.ts";
import type { TimerStatusStore } from "../../../../../local/host/triggers/timer/timer-status.ts";
import { createHooks } from "../../../../../local/host/worker/hooks.ts";
import { until } from "../../support/until.ts";

/** A listener of a timer that fires every 20 ms, with a status store that may fail. */
function aListener(store: Partial<TimerStatusStore>, isOwner: () => Promise<boolean> = () => Promise.resolve(true)) {
  const lines: string[] = [];
  const sink = ({ message }: { message: string }) => lines.push(message);
  const metadata = { name: "tick", bindings: {} };
  let runs = 0;
  const listener = createTimerListener({
    fn: { name: "tick", registered: { metadata } } as unknown as AppFunction,
    schedule: { next: (after) => new Date(after.getTime() + 20) },
    runOnStartup: false,
    store: { load: async () => undefined, save: async () => undefined, ...store },
    isOwner,
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
  return { listener, lines, runs: () => runs };
}

describe("createTimerListener()", () => {
  it("begins anew with a status that cannot be read, and says so", async () => {
    const { listener, lines, runs } = aListener({ load: () => Promise.reject(new Error("half a file")) });
    listener.start();
    await until(() => runs() >= 2, "a second run");
    await listener.stop();
    expect(lines).toEqual(["Cannot read the status of timer 'tick', which begins anew: half a file"]);
  });

  it("does not fire while it is not the owner, or nobody can tell, and goes on when it is", async () => {
    const answers = [() => Promise.resolve(false), () => Promise.reject(new Error("the disk is gone"))];
    const { listener, lines, runs } = aListener({}, () => (answers.shift() ?? (() => Promise.resolve(true)))());
    listener.start();
    await until(() => runs() >= 1, "a run");
    await listener.stop();
    expect(lines).toEqual(["Function 'tick' is not fired, its owner cannot be determined: the disk is gone"]);
    expect(answers).toEqual([]);
  });

  it("fires no more once it was stopped, even when it is started again", async () => {
    const { listener, runs } = aListener({});
    await listener.stop();
    listener.start();
    await listener.stop();
    expect(runs()).toBe(0);
  });

  it("goes on firing when its status cannot be saved, and says so", async () => {
    const { listener, lines, runs } = aListener({ save: () => Promise.reject(new Error("no space left")) });
    listener.start();
    await until(() => runs() >= 2, "a second run");
    await listener.stop();
    expect(lines[0]).toBe("Cannot save the status of timer 'tick': no space left");
  });
});
