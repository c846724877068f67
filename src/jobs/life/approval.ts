import { isSamePrincipal } from "../../identity/principal.ts";
import type { Vote, WaitingFor } from "./waiting-for.ts";

/** What people are to decide on, as the job's row has it. */
export type Approval = Extract<WaitingFor, { kind: "approval" }>;

/** What became of an approval; `timedOut`: the time was over before enough people had voted. */
export type Verdict = "approved" | "rejected" | "timedOut";

/**
 * What the votes and the time come to; nothing while it is open. One who rejects is enough. Votes count for more than the
 * time: whoever asks late gets the answer that was given in time.
 */
export function verdictOf({ votes, quorum, until }: Approval, now: Date): Verdict | undefined {
  if (votes.some(({ decision }) => decision === "reject")) return "rejected";
  if (votes.length >= quorum) return "approved";
  return until <= now ? "timedOut" : undefined;
}

/** Whether it is time to say that it takes longer than it should. */
export function isToEscalate(approval: Approval, now: Date): boolean {
  const { escalateAt, escalatedAt } = approval;
  return !escalatedAt && escalateAt !== undefined && escalateAt <= now && !verdictOf(approval, now);
}

/** The next time at which the row may have to change though nobody votes. */
export function nextLookAt({ escalateAt, escalatedAt, until }: Approval): Date {
  return !escalatedAt && escalateAt && escalateAt < until ? escalateAt : until;
}

/** Who wants to vote what, in the eyes of the job. */
export interface Ballot {
  readonly vote: Pick<Vote, "decision" | "comment">;
  /** Nobody, if the request did not say. */
  readonly voter: string | undefined;
  readonly submittedBy: string | undefined;
  readonly now: Date;
}

export type BallotDecision =
  | { readonly outcome: "counts"; readonly vote: Vote }
  /** The same was said before. */
  | { readonly outcome: "again" }
  | { readonly outcome: "over" | "selfApproval" | "nameless" | "voted" };

/** Of whom nobody knows the name. */
const ANONYMOUS = "anonymous";

/**
 * Whether a vote counts. Everybody has one, which stands. The submitter has none unless the step says so; whoever gives no
 * name could be anybody, so such a vote counts only where the submitter has one too, and nobody could give a second. Where
 * nobody knows who submitted the job, somebody with a name is needed to answer for it.
 */
export function decideBallot(approval: Approval, { vote, voter, submittedBy, now }: Ballot): BallotDecision {
  const earlier = approval.votes.find((each) => isSamePrincipal(each.voter, voter ?? ANONYMOUS));
  if (earlier?.decision === vote.decision) return { outcome: "again" };
  if (verdictOf(approval, now)) return { outcome: "over" };
  if (earlier) return { outcome: "voted" };
  const { allowSelf, quorum } = approval;
  if (voter === undefined && (quorum > 1 || !allowSelf)) return { outcome: "nameless" };
  if (!allowSelf && isSamePrincipal(voter, submittedBy)) return { outcome: "selfApproval" };
  return { outcome: "counts", vote: { ...vote, voter: voter ?? ANONYMOUS, at: now } };
}
