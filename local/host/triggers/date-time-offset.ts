/** Writes a time as .NET serialises a DateTimeOffset: offset `+00:00` instead of `Z`, no fraction when there is none. */
export function formatDateTimeOffset(time: Date): string {
  return time.toISOString().replace(/(?:\.000|(\.\d*?)0*)Z$/, "$1+00:00");
}
