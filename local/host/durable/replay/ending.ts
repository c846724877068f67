import type { EventRaised } from "../history/history-event.ts";
import type { Completion } from "./decision.ts";
import { releaseAllLocks } from "./locks.ts";
import type { Replay } from "./replay.ts";

/** How the execution ends: what its function came to, and what of it counts. */
export class Ending {
  /** Events that came after the orchestrator had continued as new. */
  readonly carriedOver: EventRaised[] = [];
  readonly #replay: Replay;
  #functionEnd: Completion | undefined;
  #forcedEnd: Completion | undefined;
  #releasedAfterFailure: readonly number[] = [];

  constructor(replay: Replay) {
    this.#replay = replay;
  }

  /** The list of actions is through: now the answer's own end counts, if it has one. */
  reachEnd(): void {
    const { error, failureDetails, isDone, output } = this.#replay.execution.answer;
    if (error) this.#functionFailed({ error, failureDetails: failureDetails ?? null });
    else if (isDone) {
      this.#functionEnd = { status: "Completed", output };
      releaseAllLocks(this.#replay);
    }
    // Neither: it waits. So does, on Azure too, an orchestrator that threw something without a message.
  }

  /** An action could not be carried out. */
  fail(error: unknown): void {
    if (this.#functionEnd !== undefined) return;
    this.#functionFailed({ error: error instanceof Error ? error.message : String(error), failureDetails: null });
  }

  terminate(reason: string | null): void {
    this.#forcedEnd ??= { status: "Terminated", reason };
    this.#release();
  }

  /** Ends the execution whatever is open. Nothing that it asked for now is carried out. */
  failAsNonDeterministic(error: string): void {
    this.#forcedEnd ??= { status: "Failed", error, failureDetails: null, isNonDeterministic: true };
    this.#replay.log.discard();
    this.#release();
  }

  /** The function's own end counts only when no task is open: also one it has forgotten keeps the instance running. */
  completion(isSuspended: boolean): Completion | undefined {
    if (this.#forcedEnd !== undefined) return this.#forcedEnd;
    if (isSuspended || this.#replay.log.hasOpenTasks) return undefined;
    const next = this.#replay.continueAsNew;
    if (next === undefined || this.#functionEnd?.status !== "Completed") return this.#functionEnd;
    return { status: "ContinuedAsNew", input: next.input, carriedOver: this.carriedOver };
  }

  /** Whether the new decisions release locks that the orchestrator held or had asked for when it failed or was terminated. */
  get releasedAfterFailure(): boolean {
    return this.#releasedAfterFailure.some((id) => this.#replay.log.isPending(id));
  }

  #functionFailed(failure: Pick<Extract<Completion, { status: "Failed" }>, "error" | "failureDetails">): void {
    this.#functionEnd = { status: "Failed", ...failure, isNonDeterministic: false };
    this.#release();
  }

  #release(): void {
    this.#releasedAfterFailure = [...this.#releasedAfterFailure, ...releaseAllLocks(this.#replay)];
  }
}
