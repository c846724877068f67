/** A line that the product wrote: a few words that never change, and the facts of the case. */
export interface LogLine {
  /** Milliseconds since 1970; in the order of the lines where no time is told. */
  readonly at: number;
  readonly event: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** `[2026-01-01T00:00:00.000Z] [Information] [Function.work.User] job done {"job_id":…}`, with or without what stands before. */
const LINE = /^(?:\[(?<time>\d{4}-[^\]]+)\] )?(?:\[[^\]]*\] )*(?<event>[^{[]+?) (?<facts>\{.*\})\s*$/;

/** The product's own lines among all that a host and an app write. Lines of several instances may be given one after the other. */
export function readLogLines(text: string): LogLine[] {
  const lines = text.split("\n").flatMap((line, index): LogLine[] => {
    const { time, event, facts: json } = LINE.exec(line)?.groups ?? {};
    const facts = json === undefined ? undefined : parseObject(json);
    if (event === undefined || !facts) return [];
    return [{ at: time === undefined ? index : Date.parse(time), event, facts }];
  });
  return lines.sort((a, b) => a.at - b.at);
}

function parseObject(json: string): LogLine["facts"] | undefined {
  try {
    return JSON.parse(json) as LogLine["facts"];
  } catch {
    return undefined; // Somebody else's line that only looks like one.
  }
}
