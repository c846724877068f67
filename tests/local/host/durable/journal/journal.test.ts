import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { LostOwnershipError } from "../../../../../local/host/durable/journal/journal-errors.ts";
import { journalPath } from "../../../../../local/host/durable/journal/journal-files.ts";
import { openJournal } from "../../../../../local/host/durable/journal/open-journal.ts";
import { createHubState } from "../../../../../local/host/durable/state/hub-state.ts";
import type { Claim } from "../../../../../local/host/ownership/ownership.ts";
import { episode, raised, sent, started } from "../state/support/records.ts";
import { heldClaim, newFolder, openHub } from "./support/hub-folder.ts";
import type { OpenHub } from "./support/hub-folder.ts";

async function end({ journal }: OpenHub, id: string, output = '"done"'): Promise<void> {
  await journal.commit(started(id));
  await journal.commit(episode(id, { status: "Completed", output }));
}

describe("commit()", () => {
  it("applies records in order, tells of each before its promise resolves, and syncs those that wait together", async () => {
    const applied: string[] = [];
    const { journal, state } = await openHub(await newFolder(), 1, {
      onApplied: ({ woken }) => applied.push(...woken),
    });
    const ids = Array.from({ length: 100 }, (_, number) => `i${number}`);
    const commits = ids.map(async (id, index) => {
      await journal.commit(started(id));
      expect(applied.slice(0, index + 1)).toEqual(ids.slice(0, index + 1));
    });
    expect(state.find("i0")).toBeUndefined();
    await Promise.all(commits);
    expect(Array.from(state.all(), ({ id }) => id)).toEqual(ids);
    expect(journal.stats).toMatchObject({ records: 100, groups: 1 });
  });

  it("refuses a record that is no JSON, and goes on", async () => {
    const { journal, state } = await openHub(await newFolder(), 1);
    await expect(journal.commit(sent({ to: "a", event: { ...raised("go"), Input: 1n as never } }))).rejects.toThrow(
      "BigInt",
    );
    await journal.commit(started("a"));
    expect(state.find("a")).toBeDefined();
  });

  it("is refused for good after a listener has thrown, because what followed from the record is unknown", async () => {
    const { journal } = await openHub(await newFolder(), 1, {
      onApplied: () => {
        throw new Error("a bug");
      },
    });
    await expect(journal.commit(started("a"))).rejects.toThrow(/a bug/);
    await expect(journal.commit(started("b"))).rejects.toThrow(/Cannot write the Durable journal .*a bug/);
  });

  it("is refused after close(), which waits for those that came before", async () => {
    const { journal, state } = await openHub(await newFolder(), 1);
    const before = journal.commit(started("a"));
    await journal.close();
    expect(state.find("a")).toBeDefined();
    await before;
    await expect(journal.commit(started("b"))).rejects.toThrow(
      /Cannot use the Durable journal ".*": it has been closed/,
    );
  });
});

describe("a compaction", () => {
  it("does not wait until as much has ended again as there is on disk", async () => {
    const folder = await newFolder();
    const first = await openHub(folder, 1);
    await end(first, "old", JSON.stringify("x".repeat(100_000)));
    await first.journal.close();
    const { journal, state } = await openHub(folder, 2, { compactAfterBytes: 100, compactBeforeBytes: 5000 });
    for (const id of ["a", "b", "c"]) await end({ journal, state }, id, JSON.stringify("x".repeat(2000)));
    await journal.commit(started("d"));
    expect(state.find("a")?.kind).toBe("archived");
  });
});

describe("a compaction that fails", () => {
  it("breaks the journal, and takes nothing back that was acknowledged", async () => {
    const folder = await newFolder();
    const { journal, state } = await openHub(folder, 1, { compactAfterBytes: 1 });
    await rm(folder, { recursive: true });
    await journal.commit(started("a"));
    await expect(journal.commit(started("b"))).rejects.toThrow(/Cannot write the Durable journal .*ENOENT/);
    expect(Array.from(state.all(), ({ id }) => id)).toEqual(["a"]);
  });
});

describe("two owners", () => {
  it("have what the first acknowledged, and nothing the first did after it was taken over", async () => {
    const folder = await newFolder();
    const answers: ((isHeld: boolean) => void)[] = [];
    let isAsked: () => void = () => undefined;
    let isHeld: Claim["isHeld"] = async () => true;
    const first = await openHub(folder, 1, { claim: { epoch: 1, isHeld: async () => isHeld() } });
    await first.journal.commit(started("acknowledged"));

    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    isHeld = async () =>
      new Promise<boolean>((resolve) => {
        answers.push(resolve);
        isAsked();
      });
    const inFlight = first.journal.commit(started("in-flight"));
    const behind = asked.then(async () => first.journal.commit(started("behind")));
    await asked;
    const second = await openHub(folder, 2);
    answers[0]?.(false);

    await expect(inFlight).rejects.toThrow(LostOwnershipError);
    await expect(behind).rejects.toThrow(LostOwnershipError);
    await expect(first.journal.commit(started("later"))).rejects.toThrow(
      `Cannot record a change of the Durable hub in "${folder}": another host has taken it over (epoch 1 was held)`,
    );
    expect(answers).toHaveLength(1);
    expect(Array.from(first.state.all(), ({ id }) => id)).toEqual(["acknowledged"]);
    expect(second.state.find("acknowledged")).toBeDefined();
    expect(second.state.find("behind")).toBeUndefined();
    await second.journal.commit(started("of-the-second"));
    await second.journal.close();
    const third = await openHub(folder, 3);
    expect(third.state.find("of-the-second")).toBeDefined();
    expect(await readdir(folder)).toEqual(["hub-3.journal"]);
  });

  it("leave the later one's file alone", async () => {
    const folder = await newFolder();
    await openHub(folder, 7);
    await expect(openHub(folder, 6)).rejects.toThrow(LostOwnershipError);
    expect(await readdir(folder)).toEqual(["hub-7.journal"]);
  });

  it("cannot both delete: one that is taken over while it opens keeps what it found", async () => {
    const folder = await newFolder();
    await (await openHub(folder, 1)).journal.close();
    const claim = { epoch: 2, isHeld: async () => false };
    await expect(openJournal({ folder, claim, state: createHubState() })).rejects.toThrow(LostOwnershipError);
    expect(await readdir(folder)).toContain("hub-1.journal");
  });
});

describe("an instance that has ended", () => {
  it("is moved out of memory by the next snapshot, and can be read", async () => {
    const folder = await newFolder();
    const hub = await openHub(folder, 1);
    await end(hub, "a", '"ä\\n"');
    const { output, history } = (await hub.journal.load("a")) ?? {};
    await hub.journal.close();
    const next = await openHub(folder, 2);
    expect(next.state.find("a")).toEqual({
      kind: "archived",
      id: "a",
      name: "Chain",
      executionId: "x1",
      status: "Completed",
      createdAt: 1,
      updatedAt: 2,
    });
    expect(await next.journal.load("a")).toMatchObject({ kind: "orchestration", output, history });
    expect(await next.journal.load("unknown")).toBeUndefined();
    await next.journal.close();
    await expect(next.journal.load("a")).rejects.toThrow("it has been closed");
  });

  it("can be read while records are appended and files replaced", async () => {
    const hub = await openHub(await newFolder(), 1, { compactAfterBytes: 2_000 });
    // Long enough to be read in several pieces.
    for (let number = 0; number < 10; number++) await end(hub, `a${number}`, `"${"x".repeat(number * 200_000)}"`);
    expect(hub.state.find("a0")?.kind).toBe("archived");
    const before = hub.journal.stats.compactions;
    let isOver = false;
    let reads = 0;
    const readers = Array.from({ length: 4 }, async (_, reader) => {
      for (let number = reader; !isOver; number = (number + 7) % 10) {
        const instance = await hub.journal.load(`a${number}`);
        expect({ id: instance?.id, length: instance?.output?.length }).toEqual({
          id: `a${number}`,
          length: number * 200_000 + 2,
        });
        reads++;
      }
    });
    try {
      for (let number = 0; hub.journal.stats.compactions < before + 2; number++)
        await end(hub, `b${number}`, `"${"y".repeat(500_000)}"`);
    } finally {
      isOver = true;
    }
    await Promise.all(readers);
    expect(reads).toBeGreaterThan(20);
  });

  it("stays where it is when the one beside it is purged", async () => {
    const folder = await newFolder();
    const hub = await openHub(folder, 1);
    for (const id of ["a", "b", "c", "d"]) await end(hub, id, `"${id}"`);
    await hub.journal.close();
    const second = await openHub(folder, 2);
    await second.journal.commit({ type: "purged", at: 9, ids: ["b"] });
    await second.journal.close();
    const third = await openHub(folder, 3);
    for (const id of ["a", "c", "d"]) expect(await third.journal.load(id)).toMatchObject({ id, output: `"${id}"` });
    expect(await third.journal.load("b")).toBeUndefined();
  });

  it("is not read at a start beyond its first line", async () => {
    const folder = await newFolder();
    const hub = await openHub(folder, 1);
    await end(hub, "a");
    await hub.journal.close();
    await (await openHub(folder, 2)).journal.close();
    const path = journalPath(folder, 2);
    await writeFile(path, (await readFile(path, "utf8")).replace('["output","\\"done\\""]', "x".repeat(21)));
    const next = await openHub(folder, 3);
    await expect(next.journal.load("a")).rejects.toThrow(
      /Cannot read the Durable journal .*, before byte \d+: it is no JSON/,
    );
  });
});

describe("a long history", () => {
  it("is written in lines no longer than its longest event, and read back", async () => {
    const folder = await newFolder();
    const hub = await openHub(folder, 1);
    const events = Array.from({ length: 6 }, (_, number) => raised(`e${number}`, "é\n".repeat(400_000)));
    for (const id of ["running", "ended"]) {
      await hub.journal.commit(started(id));
      await hub.journal.commit(episode(id, { events, status: id === "ended" ? "Completed" : "Running" }));
    }
    await hub.journal.close();
    const next = await openHub(folder, 2);
    expect(await next.journal.load("running")).toMatchObject({ history: events });
    expect(await next.journal.load("ended")).toMatchObject({ history: events });
    const lines = (await readFile(journalPath(folder, 2), "utf8")).split("\n");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(1_300_000);
  });
});

describe("openJournal()", () => {
  it("deletes what earlier owners and interrupted snapshots have left, and nothing else", async () => {
    const folder = await newFolder();
    await (await openHub(folder, 5)).journal.close();
    for (const name of ["hub-4.journal", "hub-5.journal.tmp", "hub-6.journal.tmp", "hub-9.journal.tmp", "notes.txt"])
      await writeFile(join(folder, name), "left");
    await openHub(folder, 6);
    expect((await readdir(folder)).sort()).toEqual(["hub-6.journal", "hub-9.journal.tmp", "notes.txt"]);
  });

  it("says where the last writer was interrupted", async () => {
    const { path, reopen } = await aJournal();
    await writeFile(path, `${await readFile(path, "utf8")}{"type":"mess`);
    expect((await reopen()).journal.recovery).toEqual({ path, records: 2, tornTail: { line: 7, bytes: 13 } });
  });

  it("takes several broken lines at the end for a torn tail too", async () => {
    const { path, reopen } = await aJournal();
    await writeFile(path, `${await readFile(path, "utf8")}{"type":"mess\n\0\0\0\n\0`);
    expect((await reopen()).journal.recovery).toMatchObject({ records: 2, tornTail: { line: 7, bytes: 19 } });
  });

  const changes: [string, (lines: string[]) => string[], RegExp][] = [
    [
      "an unknown format",
      (lines) => ['{"format":1,"epoch":1}', ...lines.slice(1)],
      /Cannot read the Durable journal .*: it is in format 1, and this version of the host reads format 2/,
    ],
    ["another first line", (lines) => lines.slice(1), /line 1: it is not the first line of a journal/],
    ["no line at all", () => [], /line 1: it ends too early/],
    [
      "a broken record before whole ones",
      (lines) => replaced(lines, 4, "{"),
      /line 5: it is damaged, and whole lines follow it/,
    ],
    [
      "a record of a later version",
      (lines) => replaced(lines, 4, '{"type":"new","at":1}'),
      /line 5: its record cannot be applied \(this version of the host knows no record of type "new"\)/,
    ],
    [
      "a record that lacks its fields",
      (lines) => replaced(lines, 4, '{"type":"messageSent","at":1}'),
      /line 5: its record cannot be applied/,
    ],
    ["a broken line in its snapshot", (lines) => replaced(lines, 1, "{"), /line 2: it is no JSON/],
    ["a snapshot that is cut short", (lines) => lines.slice(0, 3), /line 3: it ends too early/],
    ["a snapshot that lacks a line", (lines) => lines.toSpliced(2, 1), /line 3: it is no part of "@counter@k"/],
    [
      "a snapshot that lacks an entity",
      (lines) => lines.toSpliced(1, 2),
      /line 2: it counts 1 instances and entities, and 0 come before it/,
    ],
  ];

  it.each(changes)("refuses a file with %s, and leaves it as it is", async (_, change, message) => {
    const { path, reopen } = await aJournal();
    const lines = (await readFile(path, "utf8")).split("\n").slice(0, -1);
    const damaged = change(lines)
      .map((line) => `${line}\n`)
      .join("");
    await writeFile(path, damaged);
    await expect(reopen()).rejects.toThrow(message);
    expect(await readFile(path, "utf8")).toBe(damaged);
  });
});

/** Header, an entity in two lines, the end of the snapshot, and two records. */
async function aJournal(): Promise<{ path: string; reopen: () => Promise<OpenHub> }> {
  const folder = await newFolder();
  const old = await openHub(folder, 1);
  await old.journal.commit(sent({ to: "@counter@k", event: raised("op") }));
  await old.journal.close();
  const { journal } = await openHub(folder, 2);
  await journal.commit(started("a"));
  await journal.commit(started("b"));
  await journal.close();
  return { path: journalPath(folder, 2), reopen: async () => openHub(folder, 3, { claim: heldClaim(3) }) };
}

function replaced(lines: readonly string[], index: number, line: string): string[] {
  return lines.with(index, line);
}
