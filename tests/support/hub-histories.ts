import { join } from "node:path";
import type { HistoryEvent } from "../../local/host/durable/history/history-event.ts";
import { openJournal } from "../../local/host/durable/journal/open-journal.ts";
import { createHubState } from "../../local/host/durable/state/hub-state.ts";

/** What one execution of an orchestration has come to, event by event. */
export interface RecordedHistory {
  readonly name: string;
  readonly instanceId: string;
  readonly parentInstanceId: string | null;
  /** JSON text. */
  readonly input: string | null;
  readonly history: readonly HistoryEvent[];
}

/** All histories in the task hub of an embedded host that has stopped. */
export async function readHubHistories(state: string, hub = "Millrace"): Promise<RecordedHistory[]> {
  const hubState = createHubState();
  const claim = { epoch: 999_999, isHeld: async () => true };
  const journal = await openJournal({ folder: join(state, "durable", hub), claim, state: hubState });
  const recorded: RecordedHistory[] = [];
  for (const { id } of hubState.all()) {
    const instance = await journal.load(id);
    if (!instance) continue;
    const { name, input, history, parent } = instance;
    const parentInstanceId = parent?.OrchestrationInstance.InstanceId ?? null;
    recorded.push({ name, instanceId: id, parentInstanceId, input, history });
  }
  await journal.close();
  return recorded;
}
