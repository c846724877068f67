import { describe } from "@jest/globals";
import { itHoldsWhenStopped } from "./kill-matrix.ts";
import { runOfOneJob } from "./run-of-one-job.ts";

describe("K18: a worker that sleeps until others have ended its job", () => {
  itHoldsWhenStopped("writes nothing more, and says that it was overtaken", runOfOneJob);
});
