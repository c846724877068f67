import type { RuntimeStatus } from "../state/instance.ts";

/** Values are JSON, or the text itself when it is none. `input` and `output` must be there, or the SDK refuses it. */
export interface StatusView extends Readonly<Record<string, unknown>> {
  readonly runtimeStatus: RuntimeStatus;
}
