import { describe } from "@jest/globals";
import { itHoldsWhenKilled } from "./kill-matrix.ts";
import { runOfOneJob } from "./run-of-one-job.ts";

describe("K3: the run of a job of three steps", () => {
  itHoldsWhenKilled("ends the job once", runOfOneJob);
});
