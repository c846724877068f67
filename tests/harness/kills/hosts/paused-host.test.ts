import { describe, expect, it } from "@jest/globals";
import { isGoodbye, isHold, isQuestion, isResult } from "../calls.ts";
import type { Verdict } from "../fault-proxy.ts";
import { createGate } from "../gate.ts";
import { judge } from "../judge.ts";
import { onNewStage } from "../stage.ts";
import { createTrap } from "../trap.ts";
import type { Place } from "../trap.ts";
import { startKillableHost } from "./killable-host.ts";
import type { KillableHost } from "./killable-host.ts";
import { untilQuiet } from "./quiet.ts";

const PLACES: readonly (readonly [string, Place])[] = [
  ["between its claim and the first step", { among: isHold, nth: 1, moment: "after" }],
  ["while the model is asked for the second time", { among: isQuestion, nth: 2, moment: "after" }],
  ["between the result's blob and the end", { among: isResult, nth: 1, moment: "after" }],
];

describe("K18: a host that sleeps until another has ended its job", () => {
  it.each(PLACES)("writes nothing more, and says that it was overtaken, stopped %s", async (_, place) => {
    const asleep = createGate();
    const awake = createGate();
    const done = createGate();
    let host: KillableHost | undefined;
    const trap = createTrap(place, async (): Promise<Verdict> => {
      host?.pause();
      asleep.open();
      await awake.opened;
      return "go on";
    });
    await onNewStage(trap, async (stage) => {
      host = await startKillableHost(stage, "sleeper", async (call, at) => {
        if (isGoodbye(call) && at === "after") done.open();
        return trap.rule(call, at);
      });
      await stage.successor.submit(stage.client.newRequest());
      await asleep.opened;

      const other = await startKillableHost(stage, "other");
      await untilQuiet(stage);
      await other.stop();
      const written = stage.log.commits.length;
      awake.open();
      host.goOn();
      await done.opened;
      expect(await host.stop()).toContain("job fenced");
      expect(stage.log.commits.slice(written)).toEqual([]);
      expect(stage.jobs()).toMatchObject([{ phase: "done", attempt: 2 }]);
      await judge(stage);
    });
  });
});
