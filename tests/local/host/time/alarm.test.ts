import { describe, expect, it } from "@jest/globals";
import { createAlarm } from "../../../../local/host/time/alarm.ts";

describe("createAlarm()", () => {
  it("ends a long sleep when it rings, also one longer than a timer can be", async () => {
    const alarm = createAlarm();
    const sleep = alarm.sleep(2 ** 40);
    alarm.ring();
    await sleep;
  });

  it("keeps a ring for the next sleep, once", async () => {
    const alarm = createAlarm();
    alarm.ring();
    await alarm.sleep(2 ** 30);
    const before = performance.now();
    await alarm.sleep(20);
    expect(performance.now() - before).toBeGreaterThan(15);
  });
});
