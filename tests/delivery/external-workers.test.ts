import { describe, expect, it } from "@jest/globals";
import { createExternalWorkers } from "../../src/delivery/external-workers.ts";
import { systemClock } from "../../src/platform/clock.ts";

describe("createExternalWorkers()", () => {
  it("says which worker it does not know, where no settings of workers are", async () => {
    const options = { secret: undefined, callbackSecret: undefined, origin: undefined, maxBytes: 1000 };
    const workers = createExternalWorkers({ ...options, workers: new Map(), clock: systemClock });
    const { signal: abortSignal } = new AbortController();
    const target = { workspaceId: "default", operationId: "op_1", step: "read" };
    const work = { worker: "ocr", target, jobId: "job_1", request: {}, deadline: new Date(), abortSignal };
    await expect(workers.call(work)).rejects.toMatchObject({ code: "EXTERNAL_WORKER_UNKNOWN" });
  });
});
