import type { JobView } from "../contract/job-view.ts";
import type { WaitingFor } from "../jobs/life/waiting-for.ts";

/** What people are to decide on; nothing while the job waits for something else. */
export function presentApproval(waitingFor: WaitingFor): JobView["approval"] {
  if (waitingFor.kind !== "approval") return undefined;
  const { step, title, details, quorum, votes, escalatedAt, until } = waitingFor;
  return {
    step,
    title,
    ...(details !== undefined && { details }),
    quorum,
    votes: votes.map(({ voter, decision, comment, at }) => ({
      by: voter,
      decision,
      ...(comment && { comment }),
      at: at.toISOString(),
    })),
    ...(escalatedAt && { escalated_at: escalatedAt.toISOString() }),
    expires_at: until.toISOString(),
  };
}
