import { copyFile, mkdir, truncate } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { journalPath } from "../../../../../local/host/durable/journal/journal-files.ts";
import { createHubState } from "../../../../../local/host/durable/state/hub-state.ts";
import type { HubState } from "../../../../../local/host/durable/state/hub-state.ts";
import { contents, newFolder, openHub } from "./support/hub-folder.ts";
import { randomRecord } from "./support/random-records.ts";
import type { RandomRecord } from "./support/random-records.ts";

type Step = RandomRecord[] | "reopen";

/** Records that are committed at once, and owners that follow one another. */
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.array(randomRecord, { minLength: 1, maxLength: 6 }) },
    { weight: 1, arbitrary: fc.constant("reopen" as const) },
  ),
  { minLength: 10, maxLength: 60 },
);

/** A fold in memory: what every journal must come to. */
const everything = (state: HubState): unknown[] => structuredClone([...state.all()]);

describe("a journal that is read back", () => {
  it("comes to what its records come to, wherever it was compacted and reopened", async () => {
    let compactions = 0;
    let archived = 0;
    await fc.assert(
      fc.asyncProperty(steps, fc.nat({ max: 3000 }), async (run, compactAfterBytes) => {
        const folder = await newFolder();
        const model = createHubState();
        let epoch = 1;
        let hub = await openHub(folder, epoch, { compactAfterBytes });
        for (const step of run) {
          if (step === "reopen") {
            await hub.journal.close();
            hub = await openHub(folder, ++epoch, { compactAfterBytes });
          } else {
            const records = step.map((make) => {
              const record = structuredClone(make(model));
              model.apply(structuredClone(record));
              return record;
            });
            await Promise.all(records.map(async (record) => hub.journal.commit(record)));
          }
          expect(await contents(hub)).toEqual(everything(model));
          archived += [...hub.state.all()].filter(({ kind }) => kind === "archived").length;
        }
        compactions += hub.journal.stats.compactions;
      }),
      { numRuns: 60 },
    );
    expect(compactions).toBeGreaterThan(50);
    expect(archived).toBeGreaterThan(100);
  });

  it("keeps every whole record, and nothing of a torn one, wherever it was cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(randomRecord, { minLength: 8, maxLength: 8 }), async (makers) => {
        const folder = await newFolder();
        const model = createHubState();
        const hub = await openHub(folder, 1);
        const states = [{ bytes: hub.journal.stats.bytes, all: everything(model) }];
        for (const make of makers) {
          const record = structuredClone(make(model));
          model.apply(structuredClone(record));
          await hub.journal.commit(record);
          states.push({ bytes: hub.journal.stats.bytes, all: everything(model) });
        }
        const end = hub.journal.stats.bytes;
        const firstCut = Math.max(states[0]?.bytes ?? 0, end - 300);
        const cuts = Array.from({ length: end - firstCut + 1 }, (_, index) => firstCut + index);
        while (cuts.length > 0) {
          const some = cuts.splice(0, 32).map(async (cut) => {
            const reopened = await openHub(await cutCopy(journalPath(folder, 1), cut), 2);
            const whole = states.filter(({ bytes }) => bytes <= cut).at(-1);
            expect(await contents(reopened)).toEqual(whole?.all);
            expect(reopened.journal.recovery.tornTail?.bytes ?? 0).toBe(cut - (whole?.bytes ?? 0));
            await reopened.journal.close();
          });
          await Promise.all(some);
        }
      }),
      { numRuns: 2 },
    );
  });
});

async function cutCopy(path: string, bytes: number): Promise<string> {
  const folder = await newFolder();
  await mkdir(folder, { recursive: true });
  const copy = join(folder, basename(path));
  await copyFile(path, copy);
  await truncate(copy, bytes);
  return folder;
}
