import { InvariantError, MillraceError } from "./errors.ts";

type Facts = Readonly<Record<string, unknown>>;

/** Lines for people and machines: a few words that never change, and the facts of the case as JSON. */
export interface Log {
  info(event: string, facts: Facts): void;
  warn(event: string, facts: Facts, thrown?: unknown): void;
  error(event: string, facts: Facts, thrown: unknown): void;
}

/** The part of a function's invocation context that takes log lines, and ties them to the invocation. */
export interface LogSink {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** Facts are one JSON object to a line, so that no value can forge a line of its own. */
export function logTo(sink: LogSink): Log {
  return {
    info(event, facts) {
      sink.info(`${event} ${JSON.stringify(facts)}`);
    },
    warn(event, facts, thrown) {
      sink.warn(`${event} ${JSON.stringify({ ...facts, ...(thrown !== undefined && { error: describe(thrown) }) })}`);
    },
    error(event, facts, thrown) {
      sink.error(`${event} ${JSON.stringify({ ...facts, error: describe(thrown) })}`);
    },
  };
}

/** Enough for every chain of ours, and an end for an error that is its own cause. */
const MAX_CAUSES = 5;

/** What was thrown and what caused it. Storage's and providers' own texts are left out: they can hold keys. */
function describe(thrown: unknown, depth = 0): Facts {
  if (!(thrown instanceof Error)) return { thrown: typeof thrown };
  const { statusCode, code } = thrown as { readonly statusCode?: number; readonly code?: unknown };
  const coded = thrown instanceof MillraceError;
  const ours = coded || thrown instanceof InvariantError;
  return {
    name: thrown.name,
    ...(code !== undefined && { code }),
    ...(statusCode !== undefined && { status: statusCode }),
    ...(ours && { message: thrown.message }),
    ...(coded && Object.keys(thrown.details).length > 0 && { details: thrown.details }),
    ...(!coded && { stack: framesOf(thrown) }),
    ...(thrown.cause !== undefined && depth < MAX_CAUSES && { cause: describe(thrown.cause, depth + 1) }),
  };
}

/** Where it was thrown. A stack begins with the message, which can be of many lines: none of them may pass for a frame. */
function framesOf({ stack = "", message }: Error): string[] {
  const lines = stack.replace(message, "").split("\n");
  return lines
    .filter((line) => /^ {4}at /.test(line))
    .slice(0, 3)
    .map((line) => line.trim());
}
