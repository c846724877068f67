import { describe, expect, it } from "@jest/globals";
import type { StepAnswer } from "../../../src/jobs/orchestration/plan.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import { relayProfile } from "../../support/profiles.ts";
import { createTestApp } from "../../support/test-app.ts";

describe("endTry()", () => {
  it.each([
    ["in a way that may pass", "DOWNLOAD_FAILED"],
    ["for good", "PDF_ENCRYPTED"],
  ] as const)(
    "leaves a step finished that another call of the same finished before this one failed %s",
    async (_, code) => {
      let tries = 0;
      let fail = (): void => undefined;
      let sayBegun = (): void => undefined;
      const failing = new Promise<void>((resolve) => (fail = resolve));
      const begun = new Promise<void>((resolve) => (sayBegun = resolve));
      const first = async () => {
        tries += 1;
        if (tries === 1) {
          await begun;
          return { text: "first" };
        }
        sayBegun();
        await failing;
        throw new MillraceError(code, "The other one is done");
      };
      const answers: StepAnswer[] = [];
      const profile = relayProfile({ first, last: async ({ outputs }) => outputs["first"] });
      const test = await createTestApp({
        profiles: [{ ...profile, orchestrated: true }],
        // The host may deliver an activity twice.
        carryOut: async (call, run) => {
          if (call.step !== "first") return run(call);
          const one = run(call);
          const other = run(call);
          await Promise.race([one, other]).then((answer) => answers.push(answer));
          fail();
          answers.splice(0, 1, ...(await Promise.all([one, other])));
          return { outcome: "done" };
        },
      });
      const { json } = await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text: "x" } } });
      await test.deliver("job-requests");
      expect(answers).toEqual([{ outcome: "done" }, { outcome: "done" }]);
      const job = (await test.request("GET", `/api/jobs/${String(json["job_id"])}`)).json;
      expect(job).toMatchObject({ status: "completed", attempt: 1 });
      expect(tries).toBe(2);
    },
  );
});
