import { historyView } from "../history/history-view.ts";
import { jsonOrText } from "../history/json-or-text.ts";
import type { Hub } from "../hub.ts";
import type { Instance, Known, RuntimeStatus } from "../state/instance.ts";
import { entityView } from "./entity-view.ts";
import { toSecond } from "./to-second.ts";

/** Values are JSON, or the text itself when it is none. `input` and `output` must be there, or the SDK refuses it. */
export interface StatusView extends Readonly<Record<string, unknown>> {
  readonly runtimeStatus: RuntimeStatus;
}

export interface StatusViewOptions {
  readonly showsInput: boolean;
  readonly showsHistory: boolean;
  readonly showsHistoryOutput: boolean;
}

/** The status as the API shows it; undefined when the instance has been purged meanwhile. */
export async function statusView(hub: Hub, known: Known, options: StatusViewOptions): Promise<StatusView | undefined> {
  if (known.kind === "entity") return entityView(known, options.showsInput);
  const instance = known.kind === "orchestration" ? known : await hub.load(known.id);
  return instance && instanceView(instance, options);
}

function instanceView(instance: Instance, options: StatusViewOptions): StatusView {
  const { showsInput, showsHistory, showsHistoryOutput } = options;
  const view = {
    name: instance.name,
    instanceId: instance.id,
    runtimeStatus: instance.status,
    input: showsInput ? jsonOrText(instance.input) : null,
    customStatus: jsonOrText(instance.customStatus),
    output: jsonOrText(instance.output),
    createdTime: toSecond(instance.createdAt),
    lastUpdatedTime: toSecond(instance.updatedAt),
  };
  if (!showsHistory || instance.status === "Pending") return view;
  return { ...view, historyEvents: historyView(instance.history, { showsInput, showsOutput: showsHistoryOutput }) };
}
