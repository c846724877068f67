import type { ArmedTimer } from "../state/changes.ts";
import { createDueHeap } from "./due-heap.ts";

/** The timers of all instances and the scheduled signals of all entities, behind one timer of the process. */
export interface TimerQueue {
  arm(timer: ArmedTimer): void;
  disarm(timer: ArmedTimer): void;
  stop(): void;
  readonly size: number;
}

/** Then it looks at the clock again: while a machine sleeps, the timers of its processes stand still, and clocks are set. */
const LONGEST_DELAY_MS = 60_000;

/** Calls `fire` once for each timer at its time; at once when that is past. */
export function createTimerQueue(fire: (timer: ArmedTimer) => void): TimerQueue {
  const heap = createDueHeap();
  const armed = new Map<string, ArmedTimer>();
  let alarm: NodeJS.Timeout | undefined;
  let alarmAt = Infinity;
  let isStopped = false;

  function setAlarm(): void {
    const at = heap.first()?.at ?? Infinity;
    if (at === alarmAt || isStopped) return;
    clearTimeout(alarm);
    alarmAt = at;
    if (at === Infinity) return;
    alarm = setTimeout(ring, Math.min(Math.max(0, at - Date.now()), LONGEST_DELAY_MS));
  }

  function ring(): void {
    alarmAt = Infinity;
    for (let due = heap.first(); due !== undefined && due.at <= Date.now(); due = heap.first()) {
      const timer = armed.get(due.key);
      heap.remove(due.key);
      armed.delete(due.key);
      if (timer !== undefined) fire(timer);
    }
    setAlarm();
  }

  return {
    arm(timer) {
      if (isStopped) return;
      const key = keyOf(timer);
      armed.set(key, timer);
      heap.set({ key, at: timer.timer.fireAt });
      setAlarm();
    },
    disarm(timer) {
      const key = keyOf(timer);
      armed.delete(key);
      heap.remove(key);
      setAlarm();
    },
    stop() {
      isStopped = true;
      clearTimeout(alarm);
    },
    get size() {
      return heap.size;
    },
  };
}

function keyOf({ id, timer }: ArmedTimer): string {
  return JSON.stringify([id, timer.id]);
}
