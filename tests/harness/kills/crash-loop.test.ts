import { describe, expect, it } from "@jest/globals";
import { judge } from "./judge.ts";
import { onNewStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const HOUR_MS = 3_600_000;

describe("K4: a job that kills every worker as it asks the model", () => {
  /** A worker takes the job's message at this hour. Returns whether it lived. */
  async function work(stage: Stage, hour: number, isDeadly: boolean): Promise<boolean> {
    const proxy = await stage.openWayOut(`worker ${hour}`, ({ service }) => {
      if (service !== "Model" || !isDeadly) return "go on";
      victim.kill();
      return "cut";
    });
    const order = { act: "receive", input: await stage.successor.take() } as const;
    const victim = stage.victims.begin({ order, environment: proxy.environment, aheadMs: hour * HOUR_MS });
    const outcome = await victim.ended;
    await proxy.idle();
    return outcome !== undefined;
  }

  it("fails when its attempts are used up, and the next worker lives and works", async () => {
    let hour = 0;
    await onNewStage({ tell: () => `at hour ${hour}` }, async (stage) => {
      const { successor, client, jobs, model } = stage;
      const deadly = await successor.submit(client.newRequest());
      for (; hour < deadly.maxAttempts; hour++) {
        expect(await work(stage, hour, true)).toBe(false);
        expect(jobs()).toMatchObject([{ phase: "processing", attempt: hour + 1 }]);
        await successor.sweep();
      }
      expect(jobs()).toMatchObject([{ phase: "failed", attempt: 4, error: { code: "ATTEMPTS_EXHAUSTED" } }]);
      expect(model.questions).toEqual([]);

      await successor.submit(client.newRequest());
      expect(await work(stage, hour, false)).toBe(true);
      await successor.passTime("messages");
      expect(jobs().map(({ phase, attempt }) => ({ phase, attempt }))).toEqual([
        { phase: "failed", attempt: 4 },
        { phase: "done", attempt: 1 },
      ]);
      await judge(stage);
    });
  });
});
