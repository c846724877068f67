import { EventType, type HistoryEvent } from "../history/history-event.ts";
import type { DecisionLog } from "./decision-log.ts";

type Handle = (event: HistoryEvent) => void;

/** Keeps back decisions and events while the instance is suspended; termination alone gets through. */
export class Suspension {
  readonly #log: DecisionLog;
  readonly #handle: Handle;
  #keptBack: HistoryEvent[] = [];
  #isSuspended = false;

  constructor(log: DecisionLog, handle: Handle) {
    this.#log = log;
    this.#handle = handle;
  }

  get isSuspended(): boolean {
    return this.#isSuspended;
  }

  pass(event: HistoryEvent): void {
    if (event.EventType === EventType.ExecutionResumed) this.#resume();
    else if (event.EventType === EventType.ExecutionSuspended) this.#suspend();
    else if (this.#isSuspended && event.EventType !== EventType.ExecutionTerminated) this.#keptBack.push(event);
    else this.#handle(event);
  }

  #suspend(): void {
    if (this.#isSuspended) return;
    this.#isSuspended = true;
    this.#log.setAside();
  }

  #resume(): void {
    this.#isSuspended = false;
    this.#log.putBack();
    const events = this.#keptBack;
    this.#keptBack = [];
    for (const event of events) this.#handle(event);
  }
}
