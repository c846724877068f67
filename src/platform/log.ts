import { MillraceError } from "./errors.ts";

type Facts = Readonly<Record<string, unknown>>;

/** Lines for people and machines: a few words that never change, and the facts of the case as JSON. */
export interface Log {
  info(event: string, facts: Facts): void;
  warn(event: string, facts: Facts): void;
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
    warn(event, facts) {
      sink.warn(`${event} ${JSON.stringify(facts)}`);
    },
    error(event, facts, thrown) {
      sink.error(`${event} ${JSON.stringify({ ...facts, error: describe(thrown) })}`);
    },
  };
}

/** What was thrown and what caused it. Storage's and providers' own texts are left out: they can hold keys. */
function describe(thrown: unknown): Facts {
  if (!(thrown instanceof Error)) return { thrown: typeof thrown };
  const { statusCode, code } = thrown as { readonly statusCode?: number; readonly code?: unknown };
  const ours = thrown instanceof MillraceError;
  return {
    name: thrown.name,
    ...(code !== undefined && { code }),
    ...(statusCode !== undefined && { status: statusCode }),
    ...(ours && { message: thrown.message }),
    ...(!ours && {
      stack: thrown.stack
        ?.split("\n")
        .slice(1, 4)
        .map((line) => line.trim()),
    }),
    ...(thrown.cause !== undefined && { cause: describe(thrown.cause) }),
  };
}
