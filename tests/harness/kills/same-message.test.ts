import { describe, expect, it } from "@jest/globals";
import { isHold } from "./calls.ts";
import type { Rule, Verdict } from "./fault-proxy.ts";
import { createGate } from "./gate.ts";
import { judge } from "./judge.ts";
import { onNewStage } from "./stage.ts";

describe("K19: a message that was given to two workers", () => {
  it("is worked on by one of them; the other has read the same row and finds the job ended", async () => {
    await onNewStage({ tell: () => "in no place" }, async (stage) => {
      const { client, successor, victims } = stage;
      await successor.submit(client.newRequest());
      const order = { act: "receive", input: await successor.take() } as const;
      const [bothClaim, oneHasEnded] = [createGate(), createGate()];
      let claims = 0;
      /** Both come to their claim, each on the row that it has read, before either claim is carried out. */
      const rule = (): Rule => {
        let hasClaimed = false;
        return async (call, at): Promise<Verdict> => {
          if (at === "after" || !isHold(call) || hasClaimed) return "go on";
          hasClaimed = true;
          const isSecond = ++claims === 2;
          if (isSecond) bothClaim.open();
          await (isSecond ? oneHasEnded : bothClaim).opened;
          return "go on";
        };
      };
      const work = async (name: string) => {
        const { environment } = await stage.openWayOut(name, rule());
        const outcome = await victims.begin({ order, environment, aheadMs: 0 }).ended;
        oneHasEnded.open();
        return outcome?.lines.map((line) => line.replace(/ \{.*/, ""));
      };
      const said = await Promise.all([work("one"), work("other")]);
      expect(said.sort()).toEqual([["info job done"], ["info message obsolete"]]);
      await successor.passTime("messages");
      expect(stage.jobs()).toMatchObject([{ phase: "done", attempt: 1 }]);
      await judge(stage);
    });
  });
});
