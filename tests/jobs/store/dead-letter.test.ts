import { describe, expect, it } from "@jest/globals";
import type { FailedJob } from "../../../src/jobs/life/job.ts";
import { deadLetterKey, readDeadLetterRow, toDeadLetterRow } from "../../../src/jobs/store/dead-letter-row.ts";
import { accepts, closed, deadLetterOf, edited, replayed } from "../../../src/jobs/store/dead-letter.ts";
import type { DeadLetter } from "../../../src/jobs/store/dead-letter.ts";
import { jobKey } from "../../../src/jobs/store/job-row.ts";
import { deadLetterIdAt } from "../../../src/platform/ids.ts";
import { aJob } from "../../support/a-job.ts";

const at = new Date("2026-02-01T00:00:00.000Z");
const by = { actor: "operator", at } as const;

function letterOf(fields: Partial<FailedJob> = {}): ReturnType<typeof deadLetterOf> {
  return deadLetterOf(aJob({ ...fields, phase: "failed" }) as FailedJob);
}

describe("the life cycle of a dead letter", () => {
  const replay = { ...by, replayedAs: letterOf().operationId };
  const in_ = {
    open: letterOf(),
    replayed: replayed(letterOf(), replay),
    closed: closed(letterOf(), by),
  } satisfies Record<DeadLetter["status"], DeadLetter>;

  it.each([
    ["open", "edited", "open"],
    ["open", "replayed", "replayed"],
    ["open", "closed", "closed"],
    ["replayed", "edited", undefined],
    ["replayed", "replayed", undefined],
    ["replayed", "closed", undefined],
    ["closed", "edited", undefined],
    ["closed", "replayed", undefined],
    ["closed", "closed", undefined],
  ] as const)("leads a letter that is %s and is %s to %s", (status, action, next) => {
    const act = () =>
      action === "edited"
        ? edited(in_[status], { inline: {} }, by)
        : action === "closed"
          ? closed(in_[status], by)
          : replayed(in_[status], replay);
    expect(accepts(in_[status], action)).toBe(next !== undefined);
    if (next) expect(act()).toMatchObject({ status: next, actions: [{ action, actor: "operator", at }] });
    else expect(act).toThrow(`Cannot apply "${action}"`);
  });

  it("writes down who did what, and why, one after the other", () => {
    const letter = closed(edited(letterOf(), { inline: { a: 1 } }, { ...by, reason: "typo" }), by);
    expect(letter.actions).toEqual([
      { action: "edited", reason: "typo", ...by },
      { action: "closed", ...by },
    ]);
  });
});

describe("deadLetterOf()", () => {
  it("tells all there is to know of the failure (R-216)", () => {
    const steps = [{ name: "extract", status: "failed", attempt: 3 } as const];
    expect(letterOf({ steps, attempt: 3, operations: 2, customerId: "c-1" })).toMatchObject({
      status: "open",
      origin: "job",
      error: { code: "PDF_ENCRYPTED", message: "locked" },
      step: "extract",
      attempts: 3,
      replays: 1,
      customerId: "c-1",
      actions: [],
    });
  });

  it("gives failures of one cause one fingerprint, whatever values their messages name", () => {
    const say = (message: string, code: FailedJob["error"]["code"] = "PDF_ENCRYPTED") =>
      letterOf({ error: { code, message } }).fingerprint;
    expect(say(`Cannot open "a.pdf": page 3`)).toBe(say(`Cannot open "b 2.pdf": page 12`));
    expect(say("locked")).not.toBe(say("broken"));
    expect(say("locked")).not.toBe(say("locked", "PDF_INVALID"));
    expect(letterOf({ jobType: "other" }).fingerprint).not.toBe(letterOf().fingerprint);
  });
});

describe("a dead letter's row", () => {
  it("stands in its job's partition, so that both change in one transaction", () => {
    const job = aJob({ phase: "failed" }) as FailedJob;
    expect(deadLetterKey(deadLetterOf(job).deadLetterId).partitionKey).toBe(jobKey(job).partitionKey);
  });

  it("comes back as the letter that was written", () => {
    const letter = replayed(edited(letterOf({ customerId: "c-1" }), { inline: { a: 1 } }, by), {
      ...{ ...by, reason: "fixed", replayedAs: letterOf().operationId },
      replayId: `replay_${"0".repeat(26)}`,
    });
    expect(readDeadLetterRow(toDeadLetterRow(letter))).toEqual(letter);
  });

  it("is refused when half of it is missing", () => {
    const { status: _status, ...row } = toDeadLetterRow(letterOf());
    expect(() => readDeadLetterRow(row as typeof row & { partitionKey: string; rowKey: string })).toThrow(
      "Cannot read row",
    );
  });

  it.each(["payload", "editedPayload"])("is refused when its %s is cut off", (column) => {
    const row = toDeadLetterRow(edited(letterOf(), { inline: {} }, by));
    expect(() => readDeadLetterRow({ ...row, [column]: '{"inline":' })).toThrow("Cannot read row");
  });

  it("sorts the latest failures first, and a time before all letters of that time and later", () => {
    const [early, late] = [letterOf({ endedAt: at }), letterOf({ endedAt: new Date(at.getTime() + 1) })];
    const keys = [early, late].map(({ deadLetterId }) => deadLetterKey(deadLetterId).rowKey);
    const now = deadLetterKey(deadLetterIdAt(late.failedAt)).rowKey;
    expect([...keys].sort()).toEqual([keys[1], keys[0]]);
    expect([...keys, now].sort()).toEqual([keys[1], now, keys[0]]);
  });
});
