import type { ActivityWork, TimerWork } from "./instance.ts";

export interface ScheduledActivity {
  /** The instance that scheduled it, and in which execution. */
  readonly id: string;
  readonly executionId: string;
  readonly work: ActivityWork;
}

export interface ArmedTimer {
  /** The instance or entity that holds it. */
  readonly id: string;
  readonly timer: TimerWork;
}

/** What there is to do: after one record, or (at a start) altogether. */
export interface Outstanding {
  /** Instances and entities with something to read. */
  readonly woken: ReadonlySet<string>;
  readonly activities: readonly ScheduledActivity[];
  readonly timers: readonly ArmedTimer[];
}

/**
 * What one record has changed, for those who act on it. What is removed and dropped goes first: the same id may be among
 * what is new.
 */
export interface Changes extends Outstanding {
  /** Instances that have come to their end. */
  readonly ended: readonly string[];
  /** Instances and entities that are gone: purged, or an ended instance in whose place another begins. */
  readonly removed: readonly string[];
  /** What nobody waits for any more: its instance has ended, has continued as new, or is gone. */
  readonly droppedActivities: readonly ScheduledActivity[];
  readonly droppedTimers: readonly ArmedTimer[];
}

export interface EditableChanges extends Changes {
  readonly woken: Set<string>;
  readonly activities: ScheduledActivity[];
  readonly timers: ArmedTimer[];
  readonly ended: string[];
  readonly removed: string[];
  readonly droppedActivities: ScheduledActivity[];
  readonly droppedTimers: ArmedTimer[];
}

export function noChanges(): EditableChanges {
  return {
    woken: new Set(),
    activities: [],
    timers: [],
    ended: [],
    removed: [],
    droppedActivities: [],
    droppedTimers: [],
  };
}
