import { EventType } from "../history/history-event.ts";
import type { HistoryEvent } from "../history/history-event.ts";
import type { Action, OrchestratorAnswer, Reenactment } from "../replay/decision.ts";

/** What an episode came to, for the search for causes. */
export interface Outcome {
  readonly answer: OrchestratorAnswer;
  readonly hasThrown: boolean;
  readonly reenactment: Reenactment;
  /** Whether activities or timers of earlier episodes are still to come. */
  readonly hasWorkLeft: boolean;
  /** This episode's. */
  readonly events: readonly HistoryEvent[];
}

/**
 * Why an instance will wait for ever, in the cases in which it does so on Azure too: what its author should know, who sees
 * only that it is running. Undefined when nothing of the kind is seen.
 */
export function findKnownHang({ answer, hasThrown, reenactment, hasWorkLeft, events }: Outcome): string | undefined {
  if (reenactment.completion || reenactment.isSuspended) return undefined;
  if (hasThrown && !answer.error) return "its function threw something without a message. Throw an Error that has one";
  if (hasWorkLeft || reenactment.decisions.length > 0 || answer.isDone) return undefined;
  const hasFailure = events.some(
    ({ EventType: type }) => type === EventType.TaskFailed || type === EventType.SubOrchestrationInstanceFailed,
  );
  if (hasFailure && answer.actions.flat().some(hasRetryTimeout))
    return "the retryTimeoutInMilliseconds of a call is used up, and the SDK waits for a timer that nobody sets. Limit maxNumberOfAttempts instead";
  return undefined;
}

function hasRetryTimeout(action: Action): boolean {
  const { retryOptions, compoundActions } = action;
  if (Array.isArray(compoundActions) && (compoundActions as Action[]).some(hasRetryTimeout)) return true;
  return (
    typeof retryOptions === "object" &&
    retryOptions !== null &&
    "retryTimeoutInMilliseconds" in retryOptions &&
    typeof retryOptions.retryTimeoutInMilliseconds === "number"
  );
}
