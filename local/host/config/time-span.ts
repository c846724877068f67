const FORMAT = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/;
const HINT = 'write it as "[days.]hours:minutes[:seconds[.fraction]]", such as "00:00:30" or "1.12:00:00"';

/**
 * Reads a .NET TimeSpan as host.json and timers use it. Returns milliseconds, whole. Throws when the text is none, also
 * for "24:00:00", which .NET silently reads as 24 days.
 */
export function parseTimeSpanInMilliseconds(text: string): number {
  const match = FORMAT.exec(text.trim());
  if (!match) throw new Error(`"${text}" is not a time span: ${HINT}`);
  const [, sign, days = "0", hours = "0", minutes = "0", seconds = "0", fraction = "0"] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59)
    throw new Error(`"${text}" is not a time span: hours go to 23, minutes and seconds to 59; ${HINT}`);
  const wholeSeconds = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  const milliseconds = wholeSeconds * 1000 + Math.round(Number(`0.${fraction}`) * 1000);
  return sign === undefined || milliseconds === 0 ? milliseconds : -milliseconds;
}

/** Whether a text has the form of a time span; it may still be refused for its numbers. */
export function looksLikeTimeSpan(text: string): boolean {
  return FORMAT.test(text.trim());
}
