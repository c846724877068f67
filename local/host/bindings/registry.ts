import { blobInput } from "./blob-input/blob-input.ts";
import { blobOutput } from "./blob-output/blob-output.ts";
import { durableClient } from "./durable-client/durable-client.ts";
import type { InputBinding } from "./input-binding.ts";
import type { OutputBinding } from "./output-binding.ts";
import { queueOutput } from "./queue-output/queue-output.ts";
import { tableInput } from "./table-input/table-input.ts";
import { tableOutput } from "./table-output/table-output.ts";
import { webPubSubConnection } from "./web-pub-sub-connection/web-pub-sub-connection.ts";
import { webPubSubOutput } from "./web-pub-sub-output/web-pub-sub-output.ts";

/** Every kind of input binding. A new one is a folder here and a line in this list. */
export const inputBindings: readonly InputBinding[] = [durableClient, blobInput, tableInput, webPubSubConnection];

/** Every kind of output binding. A new one is a folder here and a line in this list. */
export const outputBindings: readonly OutputBinding[] = [queueOutput, blobOutput, tableOutput, webPubSubOutput];
