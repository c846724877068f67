import { randomUUID } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";

interface Outcome {
  readonly times?: readonly number[];
  readonly error?: string;
  readonly attempts: readonly number[];
}

describe.each(moduleSystems)("retries and failures (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem);
  const orchestrations = orchestrationsOf(host);
  const retry = async (plan: object) =>
    (await orchestrations.outputOf("retrying", { name: randomUUID(), ...plan })) as Outcome;

  describe("retry options (R-210)", () => {
    it("wait longer each time by the coefficient", async () => {
      const { times = [] } = await retry({ failures: 2, firstRetryMs: 60, maxAttempts: 5, backoffCoefficient: 3 });
      expect(times).toHaveLength(3);
      expect(gaps(times)[0]).toBeGreaterThanOrEqual(59);
      expect(gaps(times)[1]).toBeGreaterThanOrEqual(179);
    });

    it("wait no longer than the longest interval", async () => {
      const plan = { failures: 3, firstRetryMs: 50, maxAttempts: 5, backoffCoefficient: 100, maxRetryMs: 80 };
      const { times = [] } = await retry(plan);
      expect(times).toHaveLength(4);
      expect(gaps(times)[1]).toBeLessThan(5000); // without the limit: 5 s, then 500 s
    });

    it("end with the last error, and the next activity gets its own result", async () => {
      const { error, attempts } = await retry({ failures: 9, firstRetryMs: 20, maxAttempts: 3 });
      expect(error).toMatch(/Activity function 'failUntil' failed:[^]*attempt 3 of/);
      expect(attempts).toHaveLength(3);
    });

    it("of one attempt do not retry", async () => {
      const { error, attempts } = await retry({ failures: 9, firstRetryMs: 20, maxAttempts: 1 });
      expect(error).toContain("attempt 1 of");
      expect(attempts).toHaveLength(1);
    });

    it("do nothing when the first attempt succeeds", async () => {
      expect((await retry({ failures: 0, firstRetryMs: 20, maxAttempts: 3, timeoutMs: 60_000 })).times).toHaveLength(1);
    });

    it("may be given to a task", async () => {
      expect(await orchestrations.outputOf("retryingTask")).toContain("never, for ever");
    });
  });

  describe("a failure", () => {
    it("of an activity tells its function and its message to who catches it", async () => {
      const message = await orchestrations.outputOf("activityFailsCaught");
      expect(message).toContain("Activity function 'fail' failed:  failed because of a reason");
    });

    it("of an activity that nobody catches fails the instance", async () => {
      const { runtimeStatus, output } = await orchestrations.run("activityFails", "no catch");
      expect(runtimeStatus).toBe("Failed");
      expect(output).toMatch(/^Orchestrator function 'activityFails' failed: [^]*failed because of no catch/);
    });

    it("of the orchestrator itself is its message", async () => {
      const { runtimeStatus, output } = await orchestrations.run("orchestratorThrows");
      expect(runtimeStatus).toBe("Failed");
      expect(output).toMatch(/^Orchestrator function 'orchestratorThrows' failed: [^]*has had enough/);
    });

    it("of the rules is explained by the library", async () => {
      const { runtimeStatus, output } = await orchestrations.run("yieldsNoTask");
      expect(runtimeStatus).toBe("Failed");
      expect(output).toContain("Durable Functions programming constraint violation");
    });

    it("names an activity that does not exist", async () => {
      const { runtimeStatus, output } = await orchestrations.run("unknownActivity");
      expect(runtimeStatus).toBe("Failed");
      expect(output).toContain("nobodyRegisteredThis");
    });

    it("carries properties when the app provides them", async () => {
      expect(await orchestrations.outputOf("payment", 402)).toEqual({
        errorType: "PaymentError",
        errorMessage: "payment refused with code 402",
        isNonRetriable: false,
        properties: { code: 402 },
        taskName: "pay",
        message: expect.stringContaining("payment refused with code 402"),
      });
    });
  });
});

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}
