import { beforeEach, describe, expect, it } from "@jest/globals";
import { occurrenceListSchema, scheduleListSchema, scheduleViewSchema } from "../../src/contract/schedule-view.ts";
import type { OccurrenceView, ScheduleView } from "../../src/contract/schedule-view.ts";
import { tickSchedules } from "../../src/schedules/tick-schedules.ts";
import { collectLog } from "../support/sinks.ts";
import type { TestResponse } from "../support/test-app.ts";
import { createTimedApp } from "../support/timed-app.ts";
import type { TimedApp } from "../support/timed-app.ts";

const SCHEDULES = "/api/ops/schedules";
const NIGHTLY = `${SCHEDULES}/nightly`;
const ORIGIN = "http://localhost:7071";
const JOB = { job_type: "echo", payload: { text: "hi" } };
const BODY = { name: "nightly", cron: "*/10 * * * *", submit: { job: JOB } };

describe("schedules over HTTP", () => {
  let test: TimedApp;
  beforeEach(async () => {
    test = await createTimedApp();
  });

  const create = async (fields: object = {}, headers = {}) =>
    test.request("POST", SCHEDULES, { body: { ...BODY, ...fields }, headers });
  const change = async (body: object, etag = "*") =>
    test.request("PATCH", NIGHTLY, { body, headers: { "if-match": etag } });
  const run = async (body?: object) => test.request("POST", `${NIGHTLY}/run`, body && { body });
  const backfill = async (from: string, to: string) =>
    test.request("POST", `${NIGHTLY}/backfill`, { body: { from: instant(from), to: instant(to) } });
  const instant = (text: string) => `${/^\d{4}-/.test(text) ? "" : "2026-"}${text}Z`;
  const tick = async () => tickSchedules(test.app, collectLog().sink);

  async function read(path = NIGHTLY): Promise<ScheduleView> {
    const answer = await test.request("GET", path);
    expect([answer.status, answer.json["code"]]).toEqual([200, undefined]);
    return scheduleViewSchema.parse(answer.json);
  }

  async function occurrences(query = ""): Promise<{ readonly value: OccurrenceView[]; readonly next?: string }> {
    const answer = await test.request("GET", query.startsWith("http") ? query : `${NIGHTLY}/occurrences${query}`);
    expect(answer.status).toBe(200);
    const { value, next_link: next } = occurrenceListSchema.parse(answer.json);
    return { value, ...(next !== undefined && { next }) };
  }

  /** That a request is refused, and nothing is written for it. */
  async function expectRefused(asked: () => Promise<TestResponse>, problem: object): Promise<void> {
    test.storageCalls();
    expect(await asked()).toMatchObject(problem);
    expect(test.storageCalls().filter((call) => !call.includes(" GET "))).toEqual([]);
  }

  describe("POST /api/ops/schedules", () => {
    it("keeps a schedule, with what is so by default", async () => {
      const answer = await create();
      expect([answer.status, answer.headers.get("location")]).toEqual([201, `${ORIGIN}${NIGHTLY}`]);
      expect(scheduleViewSchema.parse(answer.json)).toEqual({
        ...{ name: "nightly", workspace_id: "default", cron: "*/10 * * * *", time_zone: "UTC", enabled: true },
        ...{ overlap: "skip", catch_up_seconds: 3600, submit: { job: JOB }, is_overdue: false },
        ...{ next_occurrence: "2026-03-01T00:10:00.000Z", missed_count: 0, missed_occurrences: [] },
        ...{ created_at: "2026-03-01T00:00:00.000Z", updated_at: "2026-03-01T00:00:00.000Z" },
        links: {
          self: `${ORIGIN}${NIGHTLY}`,
          occurrences: `${ORIGIN}${NIGHTLY}/occurrences`,
          run: `${ORIGIN}${NIGHTLY}/run`,
          backfill: `${ORIGIN}${NIGHTLY}/backfill`,
        },
      });
      expect(await read()).toEqual(answer.json);
    });

    it("refuses a name that is taken, in its workspace only", async () => {
      await create();
      await expectRefusedName();
      expect((await create({}, { "x-millrace-workspace": "acme" })).status).toBe(201);
    });

    async function expectRefusedName(): Promise<void> {
      expect(await create()).toMatchObject({ status: 409, json: { code: "SCHEDULE_EXISTS" } });
    }

    it.each([
      ["a bad name", { name: "Nightly" }, "/name"],
      ["a long name", { name: "n".repeat(65) }, "/name"],
      ["a cron of six fields", { cron: "0 0 2 * * *" }, "/cron"],
      ["a cron that is none", { cron: "0 99 * * *" }, "/cron"],
      ["a time that never comes", { cron: "0 0 31 2 *" }, "/cron"],
      ["an unknown time zone", { time_zone: "Europe/Bonn" }, "/time_zone"],
      ["an unknown policy", { overlap: "queue" }, "/overlap"],
      ["a window that is too short", { catch_up_seconds: 59 }, "/catch_up_seconds"],
      ["nothing to submit", { submit: {} }, "/submit"],
      ["two things to submit", { submit: { job: JOB, batch: { items: [{ key: "a", ...JOB }] } } }, "/submit"],
      ["a job type that there is not", { submit: { job: { ...JOB, job_type: "nope" } } }, "/submit/job/job_type"],
      ["a job without a payload", { submit: { job: { job_type: "echo" } } }, "/submit/job/payload"],
      [
        "a payload that does not fit",
        { submit: { job: { ...JOB, payload: { text: 7 } } } },
        "/submit/job/payload/text",
      ],
      ["a mode that does not fit", { submit: { job: { ...JOB, mode: "batch" } } }, "/submit/job/mode"],
      ["a moment", { submit: { job: { ...JOB, run_at: "2030-01-01T00:00:00Z" } } }, "/submit/job/run_at"],
      ["an end", { submit: { job: { ...JOB, expires_at: "2030-01-01T00:00:00Z" } } }, "/submit/job/expires_at"],
      ["one place", { submit: { job: { ...JOB, sequence_key: "a", sequence: 1 } } }, "/submit/job/sequence"],
      ["very much", { submit: { job: { ...JOB, payload: { text: "x".repeat(30_000) } } } }, "/submit"],
    ])("refuses %s, and keeps nothing", async (_, fields, pointer) => {
      const problem = { status: 422, json: { code: "VALIDATION_FAILED", errors: [{ pointer }] } };
      await expectRefused(async () => create(fields), problem);
    });

    it("tells of all that is wrong at once", async () => {
      const fields = { cron: "nope", time_zone: "nope", submit: { job: { ...JOB, payload: {} } } };
      const { json } = await create(fields);
      expect((json["errors"] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
        "/cron",
        "/time_zone",
        "/submit/job/payload/text",
      ]);
    });

    it("refuses a field that does not exist", async () => {
      await expectRefused(async () => create({ crom: "x" }), { status: 400, json: { code: "UNKNOWN_FIELD" } });
    });
  });

  describe("GET /api/ops/schedules", () => {
    it("lists the schedules of all workspaces or one, page by page", async () => {
      const made = ["a", "b", "c", "d", "e"];
      for (const name of made) await create({ name }, { "x-millrace-workspace": name < "c" ? "acme" : "globex" });
      for (const name of ["x", "y"]) {
        // Deleted by a process that died before the rest.
        await create({ name });
        const { schedule, etag } = await test.app.schedules.require({ workspaceId: "default", name });
        await test.app.schedules.save({ ...schedule, deletedAt: test.now() }, etag);
      }
      const names: string[] = [];
      for (let next: string | undefined = `${SCHEDULES}?limit=2`; next !== undefined;) {
        const page = scheduleListSchema.parse((await test.request("GET", next)).json);
        expect(page.value.length).toBeLessThanOrEqual(2);
        names.push(...page.value.map(({ name }) => name));
        next = page.next_link;
      }
      expect(names.sort()).toEqual(made);
      const one = scheduleListSchema.parse((await test.request("GET", `${SCHEDULES}?workspace_id=acme`)).json);
      expect(one.value.map(({ name }) => name).sort()).toEqual(["a", "b"]);
    });

    it.each(["?limit=0", "?limit=101", "?cursor=x", "?workspace_id=%2F"])("refuses %s", async (query) => {
      expect(await test.request("GET", SCHEDULES + query)).toMatchObject({ status: 400 });
    });
  });

  describe("GET /api/ops/schedules/{name}", () => {
    it.each(["Nope!", "nobody"])("answers 404 to %j", async (name) => {
      expect(await test.request("GET", `${SCHEDULES}/${name}`)).toMatchObject({
        status: 404,
        json: { code: "NOT_FOUND" },
      });
    });

    it("does not show the schedule of another workspace", async () => {
      await create({}, { "x-millrace-workspace": "acme" });
      expect((await test.request("GET", NIGHTLY)).status).toBe(404);
    });

    it("tells what became of the last occurrence, how late it was, and how its job stands", async () => {
      await create();
      test.pass(603);
      await tick();
      expect((await read()).last_occurrence).toMatchObject({
        ...{ planned_at: "2026-03-01T00:10:00.000Z", trigger: "schedule", outcome: "submitted", late_ms: 3000 },
        ...{ status: "accepted", started_at: "2026-03-01T00:10:03.000Z" },
      });
      await test.deliver("job-requests");
      const { last_occurrence: last } = await read();
      expect(last).toMatchObject({ status: "completed", ended_at: "2026-03-01T00:10:03.000Z" });
      expect((await test.request("GET", last?.links.job ?? "")).json).toMatchObject({ job_id: last?.job_id });
    });

    it("tells what was missed, and that nobody comes (R-240)", async () => {
      await create({ catch_up_seconds: 600 });
      test.pass(40 * 60);
      expect((await read()).is_overdue).toBe(true);
      await tick();
      expect(await read()).toMatchObject({
        ...{ is_overdue: false, missed_count: 2, next_occurrence: "2026-03-01T00:50:00.000Z" },
        missed_occurrences: ["2026-03-01T00:20:00.000Z", "2026-03-01T00:10:00.000Z"],
      });
      const { value } = scheduleListSchema.parse((await test.request("GET", SCHEDULES)).json);
      expect(value).toMatchObject([{ missed_count: 2, last_occurrence: { outcome: "skipped_overlap" } }]);
    });
  });

  describe("PATCH /api/ops/schedules/{name}", () => {
    it("changes what is given and leaves the rest (R-244)", async () => {
      const { headers } = await create();
      const etag = headers.get("etag") ?? "";
      const answer = await change({ enabled: false }, etag);
      expect([answer.status, answer.json["enabled"], answer.json["next_occurrence"]]).toEqual([200, false, undefined]);
      expect(answer.headers.get("etag")).not.toBe(etag);
      test.pass(60);
      await change({
        enabled: true,
        cron: "0 2 * * *",
        time_zone: "Europe/Berlin",
        overlap: "buffer",
        catch_up_seconds: 60,
      });
      await change({ submit: { job: { ...JOB, priority: "low" } } });
      expect(await read()).toMatchObject({
        ...{ enabled: true, cron: "0 2 * * *", time_zone: "Europe/Berlin", overlap: "buffer", catch_up_seconds: 60 },
        ...{ submit: { job: { ...JOB, priority: "low" } }, next_occurrence: "2026-03-01T01:00:00.000Z" },
        ...{ created_at: "2026-03-01T00:00:00.000Z", updated_at: "2026-03-01T00:01:00.000Z" },
      });
    });

    it("has an etag that occurrences leave alone", async () => {
      const { headers } = await create();
      test.pass(600);
      await tick();
      await run();
      expect((await change({ overlap: "cancel" }, headers.get("etag") ?? "")).status).toBe(200);
    });

    it("asks what the change is based on, and refuses one that is based on what is no more", async () => {
      const { headers } = await create();
      const etag = headers.get("etag") ?? "";
      const unsure = async () => test.request("PATCH", NIGHTLY, { body: { enabled: false } });
      await expectRefused(unsure, { status: 428, json: { code: "PRECONDITION_REQUIRED" } });
      const answers = await Promise.all([1, 2, 3].map(async () => change({ enabled: false }, etag)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
      await expectRefused(async () => change({ enabled: true }, etag), {
        status: 412,
        json: { code: "PRECONDITION_FAILED" },
      });
    });

    it("does not take the etag of a schedule that had the same name", async () => {
      const { headers } = await create();
      await test.request("DELETE", NIGHTLY);
      await create();
      expect((await change({ enabled: false }, headers.get("etag") ?? "")).status).toBe(412);
    });

    it.each([
      [{ cron: "nope" }, "/cron"],
      [{ time_zone: "nope" }, "/time_zone"],
      [{ submit: { job: { ...JOB, payload: {} } } }, "/submit/job/payload/text"],
    ])("refuses %j, and changes nothing", async (body, pointer) => {
      await create();
      await expectRefused(async () => change(body), { status: 422, json: { errors: [{ pointer }] } });
    });

    it("answers 404 where there is none", async () => {
      await expectRefused(async () => change({ enabled: false }), { status: 404 });
    });
  });

  describe("a schedule of batches", () => {
    const BATCH = {
      items: [
        { key: "a", ...JOB },
        { key: "b", ...JOB, depends_on: ["a"] },
      ],
    };

    it("submits its batch once at its time, and tells how that stands", async () => {
      await create({ submit: { batch: BATCH } });
      test.pass(600);
      await tick();
      await tick();
      const { last_occurrence: last } = await read();
      expect(last).toMatchObject({ outcome: "submitted", status: "accepted" });
      expect(last?.links.batch).toBe(`${ORIGIN}/api/batches/${last?.batch_id ?? ""}`);
      for (let delivered = 1; delivered > 0;)
        delivered = (await test.deliver("batch-requests")) + (await test.deliver("job-requests"));
      expect((await read()).last_occurrence).toMatchObject({ status: "completed", batch_id: last?.batch_id });
      test.pass(600);
      await tick();
      const { value } = await occurrences();
      expect(value.map(({ outcome, status }) => [outcome, status])).toEqual([
        ["submitted", "accepted"],
        ["submitted", "completed"],
      ]);
      expect(value.map(({ counts }) => counts)).toEqual([undefined, { completed: 2 }]);
    });

    it("cancels the one before, if it is to", async () => {
      await create({ submit: { batch: BATCH }, overlap: "cancel" });
      test.pass(600);
      await tick();
      test.pass(600);
      await tick();
      for (let delivered = 1; delivered > 0;)
        delivered = (await test.deliver("batch-requests")) + (await test.deliver("job-requests"));
      expect((await occurrences()).value.map(({ status }) => status)).toEqual(["completed", "cancelled"]);
    });

    it("runs one now", async () => {
      await create({ submit: { batch: BATCH } });
      const { headers, json } = await run();
      expect(headers.get("location")).toBe(`${ORIGIN}/api/batches/${String(json["batch_id"])}`);
    });

    it.each([
      ["no items", { items: [] }, "/submit/batch/items"],
      ["an unknown job type", { items: [{ ...BATCH.items[0], job_type: "x" }] }, "/submit/batch/items/0/job_type"],
      ["a cycle", { items: [{ ...BATCH.items[0], depends_on: ["a"] }] }, "/submit/batch/items/0/depends_on/0"],
    ])("refuses %s, and keeps nothing", async (_, batch, pointer) => {
      const problem = { status: 422, json: { code: "VALIDATION_FAILED", errors: [{ pointer }] } };
      await expectRefused(async () => create({ submit: { batch } }), problem);
    });
  });

  describe("DELETE /api/ops/schedules/{name}", () => {
    it("removes it with its records, and leaves its jobs", async () => {
      await create();
      test.pass(600);
      await tick();
      const { last_occurrence: last } = await read();
      expect((await test.request("DELETE", NIGHTLY)).status).toBe(204);
      for (const [method, path] of [
        ["GET", ""],
        ["GET", "/occurrences"],
        ["POST", "/run"],
        ["DELETE", ""],
      ] as const)
        expect((await test.request(method, NIGHTLY + path)).status).toBe(404);
      expect((await test.request("GET", `/api/jobs/${last?.job_id ?? ""}`)).status).toBe(200);
      expect((await test.request("GET", SCHEDULES)).json).toEqual({ value: [] });
      test.pass(600);
      await tick();
      expect(((await test.request("GET", "/api/jobs")).json["value"] as unknown[]).length).toBe(1);
    });

    it("makes room for another of its name, which knows nothing of it", async () => {
      await create();
      test.pass(600);
      await tick();
      await test.request("DELETE", NIGHTLY);
      expect((await create()).status).toBe(201);
      expect(await occurrences()).toEqual({ value: [] });
    });
  });

  describe("POST /api/ops/schedules/{name}/run", () => {
    it("submits its job now, also while it is disabled (R-243, R-244)", async () => {
      await create({ enabled: false });
      const answer = await run();
      expect([answer.status, answer.json["outcome"], answer.json["trigger"]]).toEqual([202, "submitted", "manual"]);
      expect(answer.headers.get("location")).toBe(`${ORIGIN}/api/jobs/${String(answer.json["job_id"])}`);
      await test.deliver("job-requests");
      expect((await read()).last_occurrence).toMatchObject({ job_id: answer.json["job_id"], status: "completed" });
    });

    it("runs each time it is asked, and once where it is told for which time", async () => {
      await create();
      const ids = [await run(), await run({})].map(({ json }) => json["job_id"]);
      expect(new Set(ids).size).toBe(2);
      const planned = { planned_at: "2026-02-28T23:50:00Z" };
      const [first, second] = [await run(planned), await run(planned)];
      expect(second.json["job_id"]).toBe(first.json["job_id"]);
      expect([first, second].map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true"]);
      expect(new Set(ids).has(first.json["job_id"])).toBe(false);
    });

    it("takes the place of the occurrence that it stands for", async () => {
      await create();
      test.pass(605);
      const asked = await run({ planned_at: "2026-03-01T00:10:00Z" });
      await tick();
      expect((await occurrences()).value).toMatchObject([{ trigger: "manual", job_id: asked.json["job_id"] }]);
    });

    it("tells what is refused, and records it", async () => {
      await create();
      const { schedule, etag } = await test.app.schedules.require({ workspaceId: "default", name: "nightly" });
      await test.app.schedules.save({ ...schedule, submit: { job: { ...JOB, payload: {} } } }, etag);
      expect(await run()).toMatchObject({ status: 422, json: { errors: [{ pointer: "/submit" }] } });
      expect((await read()).last_occurrence).toMatchObject({
        outcome: "failed_to_submit",
        error: { code: "VALIDATION_FAILED" },
      });
    });

    it.each([["2026-03-01T00:00:01Z"], ["2025-11-01T00:00:00Z"]])("refuses a run for %s", async (at) => {
      await create();
      const problem = { status: 422, json: { errors: [{ pointer: "/planned_at" }] } };
      await expectRefused(async () => run({ planned_at: at }), problem);
    });

    it("refuses more than can be looked after", async () => {
      await create();
      const { schedule, etag } = await test.app.schedules.require({ workspaceId: "default", name: "nightly" });
      await test.app.schedules.save({ ...schedule, open: 500 }, etag);
      await expectRefused(async () => run(), { status: 422, json: { code: "VALIDATION_FAILED" } });
    });
  });

  describe("POST /api/ops/schedules/{name}/backfill", () => {
    it("makes up what has made nothing, each once however often it is asked for", async () => {
      await create({ catch_up_seconds: 60 });
      test.pass(35 * 60);
      await tick();
      const first = await backfill("02-28T23:50:00", "03-01T00:30:00");
      expect(first.status).toBe(202);
      const value = first.json["value"] as OccurrenceView[];
      expect(value.map(({ planned_at: at, trigger }) => `${at.slice(5, 16)} ${trigger}`)).toEqual([
        ...["02-28T23:50 backfill", "03-01T00:00 backfill", "03-01T00:10 backfill", "03-01T00:20 backfill"],
        "03-01T00:30 backfill",
      ]);
      const again = await backfill("02-28T23:50:00", "03-01T00:30:00");
      expect(again.json).toEqual(first.json);
      expect(new Set(value.map(({ job_id: id }) => id)).size).toBe(5);
      expect((await read()).missed_count).toBe(0);
      expect((await test.request("GET", "/api/jobs?limit=100")).json["value"]).toHaveLength(5);
    });

    it("leaves alone what was submitted by the schedule", async () => {
      await create();
      test.pass(600);
      await tick();
      const { last_occurrence: last } = await read();
      const { json } = await backfill("03-01T00:10:00", "03-01T00:10:00");
      expect(json["value"]).toMatchObject([{ trigger: "schedule", job_id: last?.job_id }]);
    });

    it("leaves to the timer nothing that it has made up itself", async () => {
      await create();
      test.pass(620);
      await backfill("03-01T00:00:00", "03-01T00:10:20");
      await tick();
      expect((await occurrences()).value.map(({ trigger }) => trigger)).toEqual(["backfill", "backfill"]);
    });

    it.each([
      ["too many", "02-28T00:00:00", "02-28T23:59:00"],
      ["an interval that ends before it begins", "02-28T12:00:00", "02-28T11:00:00"],
    ])("refuses %s", async (_, from, to) => {
      await create();
      await expectRefused(async () => backfill(from, to), { status: 422, json: { errors: [{ pointer: "/to" }] } });
    });

    it.each([
      ["what has not come yet", ["03-01T00:00:00", "03-01T00:30:00"], "/to"],
      ["what is too long ago to be known", ["2025-11-01T00:00:00", "2025-11-01T00:30:00"], "/from"],
    ])("refuses %s", async (_, [from = "", to = ""], pointer) => {
      await create();
      await expectRefused(async () => backfill(from, to), { status: 422, json: { errors: [{ pointer }] } });
    });
  });

  describe("GET /api/ops/schedules/{name}/occurrences", () => {
    it("leads through all of them, the latest first", async () => {
      await create();
      for (let index = 1; index <= 5; index++) {
        test.pass(600);
        await tick();
      }
      const seen: string[] = [];
      for (let next: string | undefined = "?limit=2"; next !== undefined;) {
        const page = await occurrences(next);
        seen.push(...page.value.map(({ planned_at: at }) => at.slice(11, 16)));
        next = page.next;
      }
      expect(seen).toEqual(["00:50", "00:40", "00:30", "00:20", "00:10"]);
    });

    it.each(["?limit=0", "?limit=101", "?cursor=yesterday", "?after=x"])("refuses %s", async (query) => {
      await create();
      expect((await test.request("GET", `${NIGHTLY}/occurrences${query}`)).status).toBe(400);
    });
  });
});
