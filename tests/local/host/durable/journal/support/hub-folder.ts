import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "@jest/globals";
import type { Journal, JournalOptions } from "../../../../../../local/host/durable/journal/journal.ts";
import { openJournal } from "../../../../../../local/host/durable/journal/open-journal.ts";
import { createHubState } from "../../../../../../local/host/durable/state/hub-state.ts";
import type { HubState } from "../../../../../../local/host/durable/state/hub-state.ts";
import type { Entity, Instance } from "../../../../../../local/host/durable/state/instance.ts";
import type { Claim } from "../../../../../../local/host/ownership/ownership.ts";

export interface OpenHub {
  readonly state: HubState;
  readonly journal: Journal;
}

const folders: string[] = [];
const journals: Journal[] = [];

afterEach(async () => {
  for (const journal of journals.splice(0)) await journal.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** The path of a folder that is not there yet. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-journal-"));
  folders.push(folder);
  return join(folder, "durable", "TestHub");
}

export function heldClaim(epoch: number): Claim {
  return { epoch, isHeld: async () => true };
}

/** Opens a hub as its owner of that epoch. Closed after the test. */
export async function openHub(folder: string, epoch: number, some: Partial<JournalOptions> = {}): Promise<OpenHub> {
  const state = createHubState();
  const journal = await openJournal({ folder, claim: heldClaim(epoch), state, ...some });
  journals.push(journal);
  return { state, journal };
}

/** Everything a hub holds, in order, whether in memory or on disk. */
export async function contents({ state, journal }: OpenHub): Promise<(Instance | Entity)[]> {
  const all: (Instance | Entity)[] = [];
  for (const known of state.all()) {
    const one = known.kind === "entity" ? known : await journal.load(known.id);
    if (one === undefined) throw new Error(`"${known.id}" cannot be loaded`);
    all.push(one);
  }
  return all;
}
