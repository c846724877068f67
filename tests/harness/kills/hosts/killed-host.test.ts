import { describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../../support/storage-account.ts";
import type { Call } from "../fault-proxy.ts";
import { isRowWrite } from "../fault-proxy.ts";
import { createGate } from "../gate.ts";
import { judge } from "../judge.ts";
import { onStage, prepareAccount } from "../stage.ts";
import { createTrap } from "../trap.ts";
import type { Place } from "../trap.ts";
import { askHost } from "./ask-host.ts";
import { startKillableHost } from "./killable-host.ts";
import type { KillableHost } from "./killable-host.ts";
import { untilQuiet } from "./quiet.ts";

const isQuestion = ({ service }: Call) => service === "Model";
const isResult = ({ service, path }: Call) => service === "Blob" && /job_[^/]*\.json/.test(path);
const isGoodbye = ({ service, method }: Call) => service === "Queue" && method === "DELETE";

/** The first write is the request's own; the claim, the two steps and the end follow. */
const PLACES: readonly (readonly [string, number, Place])[] = [
  ["when the request is stored and not answered", 1, { among: isRowWrite, nth: 1, moment: "after" }],
  ["when the claim is stored", 2, { among: isRowWrite, nth: 2, moment: "after" }],
  ["while the model is asked for the second time", 2, { among: isQuestion, nth: 2, moment: "after" }],
  ["when the second step is stored", 2, { among: isRowWrite, nth: 4, moment: "after" }],
  ["between the result's blob and the end", 2, { among: isResult, nth: 1, moment: "after" }],
  ["between the end and the end of the message", 1, { among: isGoodbye, nth: 1, moment: "before" }],
];

describe("K3: a host that is killed with a job in its hands", () => {
  it.each(PLACES)("leaves it to the next host, killed %s", async (_, attempts, place) => {
    const account = await prepareAccount(takeStorageAccount());
    const died = createGate();
    let host: KillableHost | undefined;
    const trap = createTrap(place, () => {
      void host?.kill().then(died.open);
      return "cut";
    });
    await onStage(account, trap, async (stage) => {
      host = await startKillableHost(stage, "first", (call, at) => (trap.isSprung() ? "cut" : trap.rule(call, at)));
      const request = stage.client.newRequest({ withKey: true });
      const jobId = await askHost(stage, host.url, request);
      await died.opened;

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
