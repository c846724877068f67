import { batches } from "./batches.ts";
import { growth } from "./growth.ts";
import { orchestrations } from "./orchestrations.ts";
import { poll } from "./poll.ts";
import { startUp } from "./start-up.ts";
import { storageCalls } from "./storage-calls.ts";
import { submitBurst } from "./submit-burst.ts";
import { submitLatency } from "./submit-latency.ts";

/** `npm run bench`, or `npm run bench -- submit-latency` for one of them. */
const BENCHES = {
  "storage-calls": storageCalls,
  "submit-latency": submitLatency,
  "submit-burst": submitBurst,
  poll,
  growth,
  batches,
  orchestrations,
  "start-up": startUp,
};

const chosen = process.argv.slice(2);
for (const [name, bench] of Object.entries(BENCHES)) if (chosen.length === 0 || chosen.includes(name)) await bench();
