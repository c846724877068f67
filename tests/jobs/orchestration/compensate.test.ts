import { describe, expect, it } from "@jest/globals";
import { MillraceError } from "../../../src/platform/errors.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";
import { startPipeline } from "../../../src/steps/pipeline.ts";
import { createLedApp } from "../../support/led-app.ts";
import { echoProfile } from "../../support/profiles.ts";

const timeoutMs = 10_000;

describe("what other steps than tasks have done", () => {
  it("is taken back with their outputs, the last first", async () => {
    const taken: unknown[] = [];
    const { steps } = startPipeline<{ text: string }>()
      .map("order", { timeoutMs, maxParallel: 2, items: () => ["a", "b"] }, async ({ item }) => `order ${item}`)
      .compensate(async ({ output }) => void taken.push(output))
      .poll("deliver", { timeoutMs, everyMs: 1000, deadlineMs: 60_000 }, async () => ({ done: true, output: "here" }))
      .compensate(async ({ output, outputs }) => void taken.push([output, outputs.order.length]))
      .step("pay", { timeoutMs }, async () => Promise.reject(new MillraceError("PDF_INVALID", "no")));
    const profile: Profile = { ...echoProfile(), orchestrated: true, steps };
    const app = await createLedApp(profile);
    const path = await app.submit();
    await app.pass(60);
    expect(taken).toEqual([
      ["here", 2],
      ["order a", "order b"],
    ]);
    expect(await app.view(path)).toMatchObject({
      status: "failed",
      compensation: [
        { step: "deliver", status: "completed", attempts: 1 },
        { step: "order", status: "completed", attempts: 1 },
      ],
    });
  });
});
