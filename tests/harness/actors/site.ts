import type { App } from "../../../src/app.ts";
import type { CancelCommand } from "../../../src/jobs/cancel.ts";
import type { ModelCall } from "../history/history.ts";
import type { StorageAccount } from "../storage/account.ts";
import type { WireRequest } from "../storage/wire.ts";
import type { Faults } from "../world/faults.ts";
import type { Network } from "../world/network.ts";
import type { Random } from "../world/random.ts";
import type { Life, World } from "../world/world.ts";
import type { JobTypeOptions } from "./job-type.ts";

/** What all actors of a run share. */
export interface Site {
  readonly world: World;
  readonly random: Random;
  readonly faults: Faults;
  readonly account: StorageAccount;
  readonly network: Network;
  readonly jobType: JobTypeOptions;
  /** How often the host gives a message to its function before it calls it poison. */
  readonly maxDequeueCount: number;
  readonly variant: Variant;
  /** Whether a sweep could find something: where it could not, none is made, and the run takes a third less time. */
  readonly isAnythingDue: () => boolean;
  /** A number that no other question of the run has. */
  readonly nextCall: () => number;
  /** How many rows were written so far. */
  readonly commitCount: () => number;
  /** The model was asked something. */
  readonly asked: (call: ModelCall) => void;
  /** Something went wrong with this life, or is about to. */
  readonly trouble: (life: Life) => void;
  /** This life has ended, and with it all it was waiting for. */
  readonly died: (life: Life) => void;
  /** The product said something. */
  readonly heard: (life: Life | undefined, line: string) => void;
  /** Something happened that the product never promised could. */
  readonly surprise: (text: string) => void;
}

/** How the product is put together: as it is, or with something taken away from it. */
export interface Variant {
  /** Wraps what the use cases are given. */
  readonly app: (app: App) => App;
  /** Changes what leaves for storage. */
  readonly request: (request: WireRequest) => WireRequest;
  /** Changes what is asked of the use case that cancels. */
  readonly cancel: (command: CancelCommand) => CancelCommand;
  /** Whether the message goes before its work begins, as the host never does. */
  readonly deletesFirst: boolean;
  /** Whether the next delete of a message gets lost. */
  readonly losesAck: () => boolean;
  /** Whether the supervisor, where there is one, looks after the jobs. */
  readonly supervised: boolean;
}

export const AS_IT_IS: Variant = {
  app: (app) => app,
  request: (request) => request,
  cancel: (command) => command,
  deletesFirst: false,
  losesAck: () => false,
  supervised: true,
};
