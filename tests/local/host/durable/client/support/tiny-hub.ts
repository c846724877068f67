import type { Hub } from "../../../../../../local/host/durable/hub.ts";
import type { EpisodeCompleted, JournalRecord } from "../../../../../../local/host/durable/journal/journal-record.ts";
import { createHubState } from "../../../../../../local/host/durable/state/hub-state.ts";
import type { HubState } from "../../../../../../local/host/durable/state/hub-state.ts";
import type { Instance } from "../../../../../../local/host/durable/state/instance.ts";

export interface TinyHub extends Hub {
  readonly state: HubState;
  /** Called for every record before it is applied: what else is written at the same moment. */
  beforeApply: (record: JournalRecord) => void;
}

/** A hub with the real rules and no disk: nothing in it runs by itself. */
export function createTinyHub(): TinyHub {
  const state = createHubState();
  const hub: TinyHub = {
    state,
    beforeApply: () => undefined,
    name: "TinyHub",
    defaultVersion: "1.0",
    async commit(record) {
      await Promise.resolve();
      hub.beforeApply(record);
      state.apply(record);
    },
    find: (id) => state.find(id),
    all: () => state.all(),
    load: (id) => Promise.resolve(instanceOf(hub, id)),
    waitForEnd: (id) => Promise.resolve(instanceOf(hub, id)),
    functionNames: (kind) => (kind === "orchestrator" ? ["One", "Two"] : []),
  };
  return hub;
}

export function instanceOf(hub: Hub, id: string): Instance | undefined {
  const found = hub.find(id);
  return found?.kind === "orchestration" ? found : undefined;
}

/** The record that ends an instance. */
export function ending(hub: Hub, id: string, status: "Completed" | "Failed" = "Completed"): EpisodeCompleted {
  return {
    type: "episodeCompleted",
    at: 1,
    id,
    executionId: instanceOf(hub, id)?.executionId ?? "",
    consumedThrough: 1,
    events: [],
    status,
    outgoing: { activities: [], timers: [], messages: [] },
  };
}
