import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { createTimerQueue } from "../../../../../local/host/durable/dispatch/timer-queue.ts";
import { EventType } from "../../../../../local/host/durable/history/history-event.ts";
import type { ArmedTimer } from "../../../../../local/host/durable/state/changes.ts";

const DAY_MS = 86_400_000;

let fired: string[];
beforeEach(() => {
  jest.useFakeTimers();
  fired = [];
});
afterEach(() => {
  jest.useRealTimers();
});

const fire = ({ id, timer }: ArmedTimer) => {
  fired.push(`${id}/${timer.id}`);
};

function timerOf(id: string, delayMs: number, timerId: number | string = 0): ArmedTimer {
  const Timestamp = new Date().toISOString();
  const event = { EventType: EventType.TimerFired, EventId: -1, Timestamp, TimerId: 0, FireAt: Timestamp } as const;
  return { id, timer: { id: timerId, fireAt: Date.now() + delayMs, message: { event } } };
}

describe("createTimerQueue()", () => {
  it("fires each at its time, with one timer of the process", () => {
    const queue = createTimerQueue(fire);
    for (const [id, delay] of [
      ["c", 300],
      ["a", 100],
      ["b", 200],
    ] as const)
      queue.arm(timerOf(id, delay));
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(150);
    expect(fired).toEqual(["a/0"]);
    jest.advanceTimersByTime(150);
    expect(fired).toEqual(["a/0", "b/0", "c/0"]);
    expect(queue.size).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it("fires what is past at once", () => {
    createTimerQueue(fire).arm(timerOf("a", -DAY_MS));
    jest.advanceTimersByTime(1);
    expect(fired).toEqual(["a/0"]);
  });

  it("waits for longer than setTimeout() can", () => {
    createTimerQueue(fire).arm(timerOf("a", 60 * DAY_MS));
    jest.advanceTimersByTime(59 * DAY_MS);
    expect(fired).toEqual([]);
    jest.advanceTimersByTime(DAY_MS);
    expect(fired).toEqual(["a/0"]);
  });

  it("keeps nothing of those that are disarmed", () => {
    const queue = createTimerQueue(fire);
    const timers = [timerOf("a", 100, 1), timerOf("a", 100, "1"), timerOf("a", 50, 2)];
    for (const timer of timers) queue.arm(timer);
    const [first, , third] = timers;
    if (first) queue.disarm(first);
    if (third) queue.disarm(third);
    expect(queue.size).toBe(1);
    jest.advanceTimersByTime(200);
    expect(fired).toEqual(["a/1"]);
  });

  it("fires nothing after it was stopped", () => {
    const queue = createTimerQueue(fire);
    queue.arm(timerOf("a", 10));
    queue.stop();
    queue.arm(timerOf("b", 10));
    jest.advanceTimersByTime(100);
    expect(fired).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
