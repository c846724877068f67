import { beforeEach, describe, expect, it } from "@jest/globals";
import { tickSchedules } from "../../src/schedules/tick-schedules.ts";
import { collectLog } from "../support/sinks.ts";
import type { TestResponse } from "../support/test-app.ts";
import { createTimedApp } from "../support/timed-app.ts";
import type { TimedApp } from "../support/timed-app.ts";

const SCHEDULES = "/api/ops/schedules";
const NIGHTLY = `${SCHEDULES}/nightly`;
const JOB = { job_type: "echo", payload: { text: "hi" } };

describe("the submitter of what a schedule makes", () => {
  let test: TimedApp;
  beforeEach(async () => {
    test = await createTimedApp();
  });

  const by = (name?: string) => (name === undefined ? {} : { "x-ms-client-principal-name": name });
  const create = async (name: string, submit: object = { job: JOB }) =>
    test.request("POST", SCHEDULES, { body: { name: "nightly", cron: "*/10 * * * *", submit }, headers: by(name) });
  const change = async (body: object, name?: string) =>
    test.request("PATCH", NIGHTLY, { body, headers: { "if-match": "*", ...by(name) } });
  const run = async (name?: string): Promise<TestResponse> =>
    test.request("POST", `${NIGHTLY}/run`, { headers: by(name) });
  const told = async () => (await test.request("GET", NIGHTLY)).json["submitted_by"];

  /** Of all jobs. */
  async function submitters(): Promise<(string | undefined)[]> {
    const { value } = (await test.request("GET", "/api/jobs")).json as { readonly value: { submitted_by?: string }[] };
    return value.map(({ submitted_by: name }) => name);
  }

  it("is who has set the request, also where another changes the rest, or runs it", async () => {
    await create("alice");
    await change({ overlap: "buffer" }, "bob");
    expect(await told()).toBe("alice");
    test.pass(600);
    await tickSchedules(test.app, collectLog().sink);
    await run("bob");
    expect(await submitters()).toEqual(["alice", "alice"]);
  });

  it("is who changes the request, from then on; nobody where nobody says who that is", async () => {
    await create("alice");
    await change({ submit: { job: { ...JOB, priority: "low" } } }, "bob");
    await run();
    expect([await told(), await submitters()]).toEqual(["bob", ["bob"]]);
    await change({ submit: { job: JOB } });
    expect(await told()).toBeUndefined();
  });

  it("is the submitter of the items of a batch as well", async () => {
    await create("alice", { batch: { items: [{ key: "a", ...JOB }] } });
    await run();
    await test.deliver("batch-requests");
    expect(await submitters()).toEqual(["alice"]);
  });

  it("is refused where it cannot be a name", async () => {
    const refusal = { status: 400, json: { code: "INVALID_HEADER" } };
    expect(await create("x".repeat(257))).toMatchObject(refusal);
    await create("alice");
    expect(await change({ overlap: "buffer" }, "x".repeat(257))).toMatchObject(refusal);
  });
});
