import { describe, expect, it } from "@jest/globals";
import { MOMENTS, PATIENCE_MS, killAtEachCall } from "./kill-matrix.ts";
import { placesOfOtherEnds, runOfOneJob } from "./run-of-one-job.ts";

describe("K3: the run of a job of three steps", () => {
  it.each(MOMENTS)(
    "ends the job once, killed %s each of its calls",
    async (moment) => {
      const { calls, runs } = await killAtEachCall(runOfOneJob, moment);
      expect(placesOfOtherEnds(runs)).toEqual([]);
      expect(calls).toBeGreaterThanOrEqual(runOfOneJob.leastCalls);
    },
    PATIENCE_MS,
  );
});
