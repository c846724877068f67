import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { fileIdSchema, jobIdSchema, operationIdSchema } from "../../src/contract/ids.ts";
import {
  jobIdOfOperation,
  lastDigit,
  newId,
  newOperationId,
  newToken,
  newestFirst,
  withLastDigit,
} from "../../src/platform/ids.ts";

/** Up to the year 10889, where 48 bits of milliseconds end. */
const moment = fc.integer({ min: 0, max: 2 ** 48 - 1 }).map((ms) => new Date(ms));
const twoMoments = fc.uniqueArray(moment, { minLength: 2, maxLength: 2, selector: (date) => date.getTime() });

describe("newId()", () => {
  it("makes ids of the published alphabet and length", () => {
    fc.assert(
      fc.property(moment, (now) => {
        expect(jobIdSchema.safeParse(newId("job", now)).success).toBe(true);
        expect(fileIdSchema.safeParse(newId("file", now)).success).toBe(true);
      }),
    );
  });

  it("makes ids that sort by time", () => {
    fc.assert(
      fc.property(twoMoments, ([a = new Date(), b = new Date()]) => {
        expect(newId("job", a) < newId("job", b)).toBe(a < b);
      }),
    );
  });

  it("never makes the same id twice in the same millisecond", () => {
    const now = new Date();
    expect(new Set(Array.from({ length: 10_000 }, () => newId("job", now))).size).toBe(10_000);
  });
});

describe("newOperationId()", () => {
  it("names its job, and differs from the job's other operations", () => {
    fc.assert(
      fc.property(moment, (now) => {
        const jobId = newId("job", now);
        const operations = [newOperationId(jobId), newOperationId(jobId)] as const;
        expect(operations.map(jobIdOfOperation)).toEqual([jobId, jobId]);
        expect(operationIdSchema.safeParse(operations[0]).success).toBe(true);
        expect(operations[0]).not.toBe(operations[1]);
      }),
    );
  });
});

describe("newestFirst()", () => {
  it("turns the order round", () => {
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        const [first, second] = [newId("job", a), newId("job", b)];
        expect(newestFirst(first) < newestFirst(second)).toBe(first > second);
      }),
    );
  });

  it("loses nothing: done twice, it gives the id's digits back", () => {
    const id = newId("job", new Date());
    expect(`job_${newestFirst(newestFirst(id))}`).toBe(id);
  });
});

describe("withLastDigit()", () => {
  it("sets what lastDigit() reads, and nothing else", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 31 }), (value) => {
        const id = newId("job", new Date());
        const changed = withLastDigit(id, value);
        expect(lastDigit(changed)).toBe(value);
        expect(changed.slice(0, -1)).toBe(id.slice(0, -1));
        expect(jobIdSchema.safeParse(changed).success).toBe(true);
      }),
    );
  });

  it("finds last digits spread evenly, since they choose the shard", () => {
    const counts = new Map<number, number>();
    for (let made = 0; made < 32_000; made++) {
      const digit = lastDigit(newId("job", new Date(0)));
      counts.set(digit, (counts.get(digit) ?? 0) + 1);
    }
    expect(counts.size).toBe(32);
    // 1,000 are expected of each, give or take 31: eight times that is never met by chance.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(250);
  });
});

describe("newToken()", () => {
  it("makes 26 digits that do not repeat", () => {
    const tokens = Array.from({ length: 1000 }, newToken);
    expect(new Set(tokens).size).toBe(1000);
    for (const token of tokens) expect(token).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
  });
});
