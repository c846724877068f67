import type { AppFunction } from "../functions/app-function.ts";
import type { DurableOptions } from "./durable-options.ts";
import type { Hub } from "./hub.ts";
import type { FunctionKind } from "./replay/decision.ts";

/** Durable Functions in this host: the app's functions, and the task hub while this host owns it. */
export interface DurableHost {
  readonly options: DurableOptions;
  /** Takes on a function of the app. One that is disabled is not registered. Before the ownership starts. */
  register(kind: FunctionKind, fn: AppFunction): void;
  /** Says that the app needs a hub though it may have no Durable function: it has a client. Before the ownership starts. */
  use(): void;
  functionNames(kind: FunctionKind): readonly string[];
  /** Undefined while another host is the owner, or nobody yet. */
  hub(): Hub | undefined;
}
