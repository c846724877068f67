import { describe, expect, it } from "@jest/globals";
import { createPollingDelay } from "../../../../../local/host/triggers/queue/polling-delay.ts";

describe("createPollingDelay()", () => {
  it("doubles its random part from poll to poll up to the maximum, and stays there", () => {
    const delay = createPollingDelay(1000, () => 0.5);
    const polls = [false, false, false, false, false, false].map((found) => Math.round(delay.nextMs(found)));
    expect(polls).toEqual([200, 300, 500, 900, 1000, 1000]);
  });

  it("begins anew after work", () => {
    const delay = createPollingDelay(1000, () => 0);
    for (let poll = 0; poll < 9; poll += 1) delay.nextMs(false);
    expect(delay.nextMs(true)).toBe(100);
    expect(delay.nextMs(false)).toBe(180);
  });

  it("varies by a fifth in both directions", () => {
    expect(createPollingDelay(1000, () => 0).nextMs(false)).toBeCloseTo(180);
    expect(createPollingDelay(1000, () => 0.999_999).nextMs(false)).toBeCloseTo(220, 2);
  });
});
