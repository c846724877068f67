import { describe, expect, it } from "@jest/globals";
import { isGoodbye, isHold, isQuestion, isResult, isSecondStep } from "../calls.ts";
import { isRowWrite } from "../fault-proxy.ts";
import { judge } from "../judge.ts";
import { onNewStage } from "../stage.ts";
import type { Place } from "../trap.ts";
import { askHost } from "./ask-host.ts";
import { startDoomedHost } from "./doomed-host.ts";
import { startKillableHost } from "./killable-host.ts";
import { untilQuiet } from "./quiet.ts";

/** Where a host dies, and the attempts that the job has had at its end. */
const PLACES: readonly (readonly [string, number, Place])[] = [
  ["when the request is stored and not answered", 1, { among: isRowWrite, nth: 1, moment: "after" }],
  ["when the claim is stored", 2, { among: isHold, nth: 1, moment: "after" }],
  ["while the model is asked for the second time", 2, { among: isQuestion, nth: 2, moment: "after" }],
  ["when the second step is stored", 2, { among: isSecondStep, nth: 1, moment: "after" }],
  ["between the result's blob and the end", 2, { among: isResult, nth: 1, moment: "after" }],
  ["between the end and the end of the message", 1, { among: isGoodbye, nth: 1, moment: "before" }],
];

describe("K3: a host that is killed with a job in its hands", () => {
  it.each(PLACES)("leaves it to the next host, killed %s", async (what, attempts, place) => {
    await onNewStage({ tell: () => what }, async (stage) => {
      const host = await startDoomedHost(stage, "first", place);
      const request = stage.client.newRequest({ withKey: true });
      const jobId = await askHost(stage, host.url, request);
      await host.died;

      const next = await startKillableHost(stage, "next");
      const again = await askHost(stage, next.url, request);
      expect(again).toBe(jobId ?? stage.jobs()[0]?.jobId);
      await untilQuiet(stage);
      await next.stop();
      expect(stage.jobs()).toMatchObject([{ phase: "done", attempt: attempts }]);
      await judge(stage);
    });
  });
});
