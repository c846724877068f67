import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { decideBallot, isToEscalate, nextLookAt, verdictOf } from "../../../src/jobs/life/approval.ts";
import type { Approval, Ballot, BallotDecision, Verdict } from "../../../src/jobs/life/approval.ts";
import type { Vote } from "../../../src/jobs/life/waiting-for.ts";

const at = (minute: number) => new Date(Date.parse("2026-03-01T00:00:00.000Z") + minute * 60_000);

const anApproval = (fields: Partial<Approval> = {}): Approval => ({
  kind: "approval",
  step: "sign-off",
  since: at(0),
  until: at(60),
  quorum: 1,
  allowSelf: false,
  onTimeout: "reject",
  title: "Publish?",
  votes: [],
  ...fields,
});

const aVote = (voter: string, decision: Vote["decision"] = "approve"): Vote => ({ voter, decision, at: at(1) });

function ballot(approval: Partial<Approval>, fields: Partial<Ballot> = {}): BallotDecision {
  const vote = { decision: "approve" } as const;
  return decideBallot(anApproval(approval), { vote, voter: "bob", submittedBy: "alice", now: at(5), ...fields });
}

describe("verdictOf()", () => {
  it.each<[string, Partial<Approval>, Verdict | undefined]>([
    ["nobody has voted", {}, undefined],
    ["one approves", { votes: [aVote("bob")] }, "approved"],
    ["one of two approves", { quorum: 2, votes: [aVote("bob")] }, undefined],
    ["two of two approve", { quorum: 2, votes: [aVote("bob"), aVote("carol")] }, "approved"],
    ["one rejects, though others approve", { quorum: 3, votes: [aVote("bob"), aVote("eve", "reject")] }, "rejected"],
  ])("when %s", (_, fields, verdict) => {
    expect(verdictOf(anApproval(fields), at(59))).toBe(verdict);
  });

  it("is that the time is over from the very end on, unless it was decided before", () => {
    expect(verdictOf(anApproval(), new Date(at(60).getTime() - 1))).toBeUndefined();
    expect(verdictOf(anApproval(), at(60))).toBe("timedOut");
    expect(verdictOf(anApproval({ quorum: 2, votes: [aVote("bob")] }), at(60))).toBe("timedOut");
    expect(verdictOf(anApproval({ votes: [aVote("bob")] }), at(600))).toBe("approved");
  });
});

describe("isToEscalate()", () => {
  it("is so from its time on, once, while it is open", () => {
    const approval = anApproval({ escalateAt: at(30) });
    expect(isToEscalate(approval, at(29))).toBe(false);
    expect(isToEscalate(approval, at(30))).toBe(true);
    expect(isToEscalate({ ...approval, escalatedAt: at(30) }, at(31))).toBe(false);
    expect(isToEscalate({ ...approval, votes: [aVote("bob")] }, at(31))).toBe(false);
    expect(isToEscalate(approval, at(60))).toBe(false);
    expect(isToEscalate(anApproval(), at(59))).toBe(false);
  });
});

describe("nextLookAt()", () => {
  it("is when it escalates, then when its time is over", () => {
    expect(nextLookAt(anApproval())).toEqual(at(60));
    expect(nextLookAt(anApproval({ escalateAt: at(30) }))).toEqual(at(30));
    expect(nextLookAt(anApproval({ escalateAt: at(30), escalatedAt: at(31) }))).toEqual(at(60));
    expect(nextLookAt(anApproval({ escalateAt: at(90) }))).toEqual(at(60));
  });
});

describe("decideBallot()", () => {
  it("counts a vote, with who gave it and when", () => {
    const vote = { decision: "reject", comment: "no" } as const;
    expect(ballot({}, { vote })).toEqual({ outcome: "counts", vote: { ...vote, voter: "bob", at: at(5) } });
  });

  it("leaves everybody one vote, which stands", () => {
    const voted = { quorum: 3, votes: [aVote("bob")] };
    expect(ballot(voted, { voter: "Bob" })).toEqual({ outcome: "again" });
    expect(ballot(voted, { vote: { decision: "reject" } })).toEqual({ outcome: "voted" });
    expect(ballot(voted, { voter: "carol" })).toMatchObject({ outcome: "counts" });
  });

  it("takes no vote more once it is decided or its time is over, but the same one again", () => {
    expect(ballot({ votes: [aVote("carol")] })).toEqual({ outcome: "over" });
    expect(ballot({ votes: [aVote("bob")] })).toEqual({ outcome: "again" });
    expect(ballot({}, { now: at(60) })).toEqual({ outcome: "over" });
  });

  it("refuses the submitter's own vote, unless the step allows it", () => {
    expect(ballot({}, { voter: "Alice" })).toEqual({ outcome: "selfApproval" });
    expect(ballot({}, { voter: "alice", vote: { decision: "reject" } })).toEqual({ outcome: "selfApproval" });
    expect(ballot({ allowSelf: true }, { voter: "alice" })).toMatchObject({ outcome: "counts" });
  });

  it("takes a vote without a name only where it can be nobody's second one, nor the submitter's", () => {
    const nameless = { voter: undefined };
    expect(ballot({ allowSelf: true }, nameless)).toMatchObject({ vote: { voter: "anonymous" } });
    expect(ballot({}, nameless)).toEqual({ outcome: "nameless" });
    expect(ballot({ quorum: 2, allowSelf: true }, nameless)).toEqual({ outcome: "nameless" });
  });

  it("takes a vote on what nobody is known to have submitted only with a name, unless the step allows it", () => {
    const unknown = { submittedBy: undefined };
    expect(ballot({}, { ...unknown, voter: undefined })).toEqual({ outcome: "nameless" });
    expect(ballot({}, unknown)).toMatchObject({ outcome: "counts", vote: { voter: "bob" } });
    expect(ballot({ allowSelf: true }, { ...unknown, voter: undefined })).toMatchObject({ outcome: "counts" });
  });

  it("never lets anybody be counted twice, nor an approval be decided twice, in whatever order they come", () => {
    const names = fc.constantFrom(undefined, "alice", "ALICE", "bob", "carol", "dan");
    const votes = fc.array(fc.tuple(names, fc.constantFrom("approve", "reject"), fc.nat(70)));
    fc.assert(
      fc.property(votes, fc.integer({ min: 1, max: 3 }), fc.boolean(), (ballots, quorum, allowSelf) => {
        let approval = anApproval({ quorum, allowSelf });
        let minute = 0;
        for (const [voter, decision, wait] of ballots) {
          minute += wait;
          const before = verdictOf(approval, at(minute));
          const decided = ballot(approval, { voter, vote: { decision }, now: at(minute) });
          if (decided.outcome !== "counts") continue;
          expect(before).toBeUndefined();
          approval = { ...approval, votes: [...approval.votes, decided.vote] };
        }
        const voters = approval.votes.map((vote) => vote.voter.toLowerCase());
        expect(new Set(voters).size).toBe(voters.length);
        expect(voters.includes("alice")).toBe(allowSelf && voters.includes("alice"));
        expect(approval.votes.filter(({ decision }) => decision === "reject").length).toBeLessThanOrEqual(1);
        expect(approval.votes.length).toBeLessThanOrEqual(quorum);
      }),
    );
  });
});
