import { describe, expect, it } from "@jest/globals";
import { closed } from "../../../src/jobs/store/dead-letter.ts";
import type { MessageLetter } from "../../../src/jobs/store/dead-letter.ts";
import { superviseJobs } from "../../../src/jobs/supervision/supervise.ts";
import { keepMessage } from "../../../src/jobs/work/keep-message.ts";
import { collectLog } from "../../support/sinks.ts";
import { createTestApp } from "../../support/test-app.ts";
import type { TestApp } from "../../support/test-app.ts";

const garbage = {
  capability: "documents",
  text: "not json",
  error: { code: "ENVELOPE_INVALID", message: "no" },
} as const;

async function lettersIn({ app }: TestApp): Promise<MessageLetter[]> {
  const listed = await app.deadLetters.list({}, 100);
  return listed.map((each) => {
    if (!("stored" in each) || each.stored.letter.origin !== "message") throw new Error("no letter of a message");
    return each.stored.letter;
  });
}

describe("keepMessage()", () => {
  it("makes a dead letter of a message, with its text (R-050, R-215)", async () => {
    const test = await createTestApp({ profiles: [] });
    await keepMessage(test.app, garbage);
    expect(await lettersIn(test)).toMatchObject([
      { status: "open", capability: "documents", error: garbage.error, attempts: 1, payload: { inline: "not json" } },
    ]);
  });

  it("makes one letter of one message, however often and however concurrently it comes (Q9)", async () => {
    const test = await createTestApp({ profiles: [] });
    await Promise.all(Array.from({ length: 5 }, async () => keepMessage(test.app, garbage)));
    expect(await lettersIn(test)).toMatchObject([{ status: "open", attempts: 5 }]);
    await keepMessage(test.app, { ...garbage, text: "another" });
    await keepMessage(test.app, { ...garbage, capability: "images" });
    expect(await lettersIn(test)).toHaveLength(3);
  });

  it("makes another once a person has seen to the first", async () => {
    const test = await createTestApp({ profiles: [] });
    await keepMessage(test.app, garbage);
    const [first] = await test.app.deadLetters.list({}, 1);
    if (!first || !("stored" in first)) throw new Error("there is none");
    const by = { actor: "operator", at: new Date() } as const;
    await test.app.deadLetters.save(closed(first.stored.letter, by), first.stored.etag);
    await keepMessage(test.app, garbage);
    await keepMessage(test.app, garbage);
    expect(await lettersIn(test)).toMatchObject([
      { status: "open", attempts: 2 },
      { status: "closed", attempts: 1 },
    ]);
  });

  it("keeps a text in a blob that is too long for a row", async () => {
    const test = await createTestApp({ profiles: [] });
    const text = "x".repeat(40_000);
    await keepMessage(test.app, { ...garbage, text });
    const [letter] = await lettersIn(test);
    const answer = await test.request("GET", `/api/ops/dead-letters/${String(letter?.deadLetterId)}`);
    expect(answer.json["payload"]).toBe(text);
  });

  it("is told whose message it was, where it names a job", async () => {
    const test = await createTestApp({ profiles: [] });
    const ids = { workspace_id: "acme", job_id: `job_${"0".repeat(26)}`, operation_id: `op_${"0".repeat(34)}` };
    const rest = { schema: 1, job_type: "echo", enqueued_at: new Date().toISOString(), traceparent: "t" };
    await keepMessage(test.app, { ...garbage, text: JSON.stringify({ ...ids, ...rest }) });
    expect(await lettersIn(test)).toMatchObject([{ workspaceId: "acme", jobId: ids.job_id }]);
  });
});

describe("the letter of a message", () => {
  it("goes when its time has come, with all that belongs to it, and no sooner (R-218)", async () => {
    const test = await createTestApp({ profiles: [], environment: { FAILED_RETENTION_DAYS: "2" } });
    await keepMessage(test.app, { ...garbage, text: "x".repeat(40_000) });
    const after = async (days: number) => {
      const clock = { now: () => new Date(Date.now() + days * 24 * 3_600_000) };
      return superviseJobs({ ...test.app, clock }, collectLog().sink);
    };
    await after(1.9);
    expect(await lettersIn(test)).toHaveLength(1);
    expect(await after(2.1)).toMatchObject({ expire: 1 });
    expect(await test.countStored()).toBe(0);
  });

  it("leaves the way free for the next letter of the same message when it goes", async () => {
    const test = await createTestApp({ profiles: [] });
    const atDay = (day: number) => ({
      ...test.app,
      clock: { now: () => new Date(Date.now() + day * 24 * 3_600_000) },
    });
    await keepMessage(test.app, garbage);
    await superviseJobs(atDay(181), collectLog().sink);
    await keepMessage(atDay(182), garbage);
    expect(await lettersIn(test)).toMatchObject([{ status: "open", attempts: 1 }]);
  });
});
