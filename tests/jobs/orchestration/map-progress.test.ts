import { describe, expect, it } from "@jest/globals";
import { createMapProgress } from "../../../src/jobs/orchestration/map-progress.ts";
import { createGate } from "../../harness/kills/gate.ts";
import { ledJob } from "../../support/led-job.ts";
import { partsProfile } from "../../support/parts-profile.ts";

describe("createMapProgress()", () => {
  it("counts the parts of a map one time after the other, however long that takes", async () => {
    const profile = partsProfile();
    const job = await ledJob(profile);
    const { workspaceId, operationId, profileVersion, priority, ...current } = await job.current();
    const claimId = "claimId" in current ? current.claimId : "";
    const gate = createGate();
    const tallied: Record<string, number> = { slow: 0, quick: 0 };
    const counted = createGate();
    const tally = async ({ place }: { place: number }) => {
      const name = place === 1 ? "slow" : "quick";
      tallied[name] = (tallied[name] ?? 0) + 1;
      if (name === "slow") await gate.opened;
      else note(2);
      if (tallied["quick"] === 2) counted.open();
      return { done: 0, usage: undefined };
    };
    const progress = createMapProgress({ ...job.test.app, parts: { ...job.test.app.parts, tally } });
    const lead = { ...job.ref, operationId, claimId, profileVersion, priority };
    const note = (place: number) => {
      const map = { workspaceId, jobId: job.ref.jobId, operationId, profileVersion, place };
      progress.note({ lead, map, step: `step-${place}`, steps: profile.steps });
    };
    note(1);
    note(2);
    while (tallied["slow"] === 0) await job.current(); // Each turn is a request.
    note(1);
    await counted.opened; // The other map was counted twice meanwhile.
    expect(tallied["slow"]).toBe(1);
    gate.open();
  });
});
