import { describe, expect, it } from "@jest/globals";
import { startPipeline } from "../../../src/steps/pipeline.ts";
import { ledJob } from "../../support/led-job.ts";
import { echoProfile } from "../../support/profiles.ts";

describe("runStep()", () => {
  it("looks whether people have decided though no permit to work is free", async () => {
    const { steps } = startPipeline<{ text: string }>()
      .approval("ask", { timeoutMs: 60_000, onTimeout: "reject", show: () => ({ title: "Go?" }) })
      .step("go", { timeoutMs: 1000 }, async ({ payload }) => payload);
    const job = await ledJob({ ...echoProfile(), orchestrated: true, steps });
    const { permits, settings, shutdown } = job.test.app;
    for (let taken = 0; taken < settings.WORKER_CONCURRENCY; taken++) await permits.take("high", shutdown.begun);
    expect(await job.call("ask", "approval")).toMatchObject({ outcome: "wait" });
  });
});
