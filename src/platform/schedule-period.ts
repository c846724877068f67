/**
 * The longest time between two occurrences of an NCRONTAB schedule (six fields, seconds first), where that can be read
 * off it at once: every so many seconds, or every so many minutes. Nothing for any other; milliseconds.
 */
export function schedulePeriodMs(schedule: string): number | undefined {
  const [seconds = "", minutes = "", ...rest] = schedule.split(" ");
  if (rest.some((field) => field !== "*")) return undefined;
  if (minutes === "*") return periodOf(seconds, 1000);
  return /^\d+$/.test(seconds) ? periodOf(minutes, 60_000) : undefined;
}

/** Of one field of 60 values, those before it being fixed and those behind it free. */
function periodOf(field: string, unitMs: number): number | undefined {
  if (field === "*") return unitMs;
  if (/^\d+$/.test(field)) return 60 * unitMs;
  const every = Number(/^(?:\*|0)\/(\d+)$/.exec(field)?.[1]);
  return every >= 1 && every <= 60 ? every * unitMs : undefined;
}
