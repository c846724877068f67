import { durableClient } from "./durable-client/durable-client.ts";
import type { InputBinding } from "./input-binding.ts";
import type { OutputBinding } from "./output-binding.ts";
import { queueOutput } from "./queue-output/queue-output.ts";

/** Every kind of input binding. A new one is a folder here and a line in this list. */
export const inputBindings: readonly InputBinding[] = [durableClient];

/** Every kind of output binding. A new one is a folder here and a line in this list. */
export const outputBindings: readonly OutputBinding[] = [queueOutput];
