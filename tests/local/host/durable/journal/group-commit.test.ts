import { describe, expect, it } from "@jest/globals";
import { GroupCommit } from "../../../../../local/host/durable/journal/group-commit.ts";
import type { GroupSteps } from "../../../../../local/host/durable/journal/group-commit.ts";
import { raised, sent, started } from "../state/support/records.ts";

/** Notes what was done, in order. */
function aGroupCommit(some: Partial<GroupSteps> = {}): { commits: GroupCommit; done: string[] } {
  const done: string[] = [];
  const commits = new GroupCommit({
    write: async (lines) => void done.push(`write ${lines.length}`),
    confirm: async () => void done.push("confirm"),
    apply: ({ at }) => void done.push(`apply ${at}`),
    rest: async () => void done.push("rest"),
    ...some,
  });
  return { commits, done };
}

const refusals = async (commits: readonly Promise<void>[]): Promise<unknown[]> =>
  (await Promise.allSettled(commits)).map((result) => (result.status === "rejected" ? String(result.reason) : "kept"));

describe("GroupCommit", () => {
  it("writes all that wait, confirms once, applies in order, and rests", async () => {
    const { commits, done } = aGroupCommit();
    const bytes = JSON.stringify(started("a")).length + 1;
    await Promise.all([1, 2, 3].map(async (at) => commits.commit(started("a", "x1", at))));
    await commits.stop(new Error("stopped"));
    expect(done).toEqual([`write ${3 * bytes}`, "confirm", "apply 1", "apply 2", "apply 3", "rest"]);
  });

  it("writes what comes meanwhile with the next group, and no more than some megabytes at once", async () => {
    const { commits, done } = aGroupCommit();
    const input = "x".repeat(3 * 1024 * 1024);
    await Promise.all(
      [1, 2, 3, 4, 5].map(async (at) => commits.commit(sent({ to: "a", event: raised("go", input) }, at))),
    );
    await commits.stop(new Error("stopped"));
    const steps = done.map((step) => step.replace(/ \d{4,}/, "")).join(", ");
    expect(steps.split(", rest")).toEqual([
      "write, confirm, apply 1, apply 2",
      ", write, confirm, apply 3, apply 4",
      ", write, confirm, apply 5",
      "",
    ]);
  });

  it.each(["write", "confirm"] as const)("applies nothing when it cannot %s, then and later", async (step) => {
    let fail: (error: Error) => void = () => undefined;
    let reach: () => void = () => undefined;
    const isReached = new Promise<void>((resolve) => (reach = resolve));
    const failure = new Promise<void>((_, reject) => (fail = reject));
    const { commits, done } = aGroupCommit({
      [step]: async () => {
        reach();
        await failure;
      },
    });
    const group = [commits.commit(started("a")), commits.commit(started("b"))];
    await isReached;
    const behind = commits.commit(started("c"));
    fail(new Error("EIO: i/o error, fdatasync"));
    const reason = "Error: EIO: i/o error, fdatasync";
    expect(await refusals([...group, behind])).toEqual([reason, reason, reason]);
    expect(await refusals([commits.commit(started("d"))])).toEqual([reason]);
    expect(done.filter((what) => what.startsWith("apply") || what === "rest")).toEqual([]);
  });

  it("keeps what it has acknowledged when it cannot rest, and takes nothing more", async () => {
    const { commits } = aGroupCommit({
      rest: async () => {
        throw new Error("ENOSPC");
      },
    });
    expect(await refusals([commits.commit(started("a"))])).toEqual(["kept"]);
    expect(await refusals([commits.commit(started("b"))])).toEqual(["Error: ENOSPC"]);
  });
});
