import type { FieldError } from "../contract/problem.ts";
import { factsOf } from "../jobs/life/job-facts.ts";
import type { JobError } from "../jobs/life/job.ts";
import { keepMessage } from "../jobs/work/keep-message.ts";
import type { KeepMessageDeps } from "../jobs/work/keep-message.ts";
import { textOf } from "../jobs/work/worker.ts";
import { MillraceError } from "../platform/errors.ts";
import { logTo } from "../platform/log.ts";
import type { Log, LogSink } from "../platform/log.ts";
import { INTAKE } from "../platform/queue-table.ts";
import type { Shutdown } from "../platform/shutdown.ts";
import { receiveIntake } from "./receive-intake.ts";
import type { ReceiveIntakeDeps, ReceivedIntake } from "./receive-intake.ts";

export interface IntakeDeps extends ReceiveIntakeDeps, KeepMessageDeps {
  readonly shutdown: Shutdown;
}

/** What the host tells of a message beside its content. */
interface Delivery {
  readonly id: string;
  readonly sink: LogSink;
}

/**
 * The function behind the intake queue, and behind its poison queue: what the host has given up is tried again there. A
 * message that is refused becomes a dead letter at once, since it would be refused each time; when storage is in trouble
 * the message comes back.
 */
export function createIntake(deps: IntakeDeps): (message: unknown, delivery: Delivery) => Promise<void> {
  const take = async (message: unknown, { id, sink }: Delivery): Promise<void> => {
    const log = logTo(sink);
    let text = UNTOLD;
    try {
      text = readText(message);
      report(log, await receiveIntake(deps, { id, text }));
    } catch (thrown) {
      if (!(thrown instanceof MillraceError) || thrown.kind !== "permanent") throw thrown;
      const error = refusalOf(thrown);
      await keepMessage(deps, { capability: INTAKE, text, error });
      log.warn("intake message refused", { message_id: id, ...error });
    }
  };
  return async (message, delivery) => deps.shutdown.track(take(message, delivery));
}

/** Stands in the ledger for a message that cannot be written down again. */
const UNTOLD = "(nested too deeply to be shown)";

/** The host hands out what its parser could read, and that is deeper than can be written. */
function readText(message: unknown): string {
  try {
    return textOf(message);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new MillraceError("BODY_TOO_DEEP", "The message is nested too deeply", { cause: thrown });
  }
}

function report(log: Log, received: ReceivedIntake): void {
  if (received.outcome === "blobGone") {
    log.info("inbox blob gone", {});
    return;
  }
  const { job, replayed, unsent } = received;
  if (unsent) log.warn("message not put", factsOf(job), unsent);
  log.info(replayed ? "intake message came again" : "intake message accepted", factsOf(job));
}

/** As many as a person reads, and a row holds: a pointer can be as long as its message. */
const MOST_ERRORS = 10;
const MOST_CHARACTERS = 2000;

/** The refusal in one text, pointers included: whoever reads the letter has no answer with `errors` to look at. */
function refusalOf({ code, message, details }: MillraceError): JobError {
  const errors = (details["errors"] ?? []) as readonly FieldError[];
  const told = errors.slice(0, MOST_ERRORS).map((error) => `${error.pointer || "/"} ${error.message}`);
  const more = errors.length > MOST_ERRORS ? [`and ${errors.length - MOST_ERRORS} more`] : [];
  const text = errors.length > 0 ? `${message}: ${[...told, ...more].join("; ")}` : message;
  return { code, message: text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text };
}
