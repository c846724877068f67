// A host that only owns: it tells when it begins and ends, and whether it holds each time it is about to act.
import { createLogFilter } from "../../../../../local/host/logging/log-level.ts";
import { createLog } from "../../../../../local/host/logging/log.ts";
import { createOwnership } from "../../../../../local/host/ownership/create-ownership.ts";
import type { Claim } from "../../../../../local/host/ownership/ownership.ts";
import { createHooks } from "../../../../../local/host/worker/hooks.ts";

const [stateFolder = "", instanceId = "", leaseMs = "0"] = process.argv.slice(2);
const say = (message: object): void => {
  process.send?.(message);
};
const log = createLog({
  filter: createLogFilter({}),
  sink: ({ message }) => {
    say({ log: message });
  },
  hooks: createHooks(),
});
const ownership = createOwnership({
  stateFolder,
  instanceId,
  url: "http://127.0.0.1:1",
  leaseMs: Number(leaseMs),
  log,
});
let acting: NodeJS.Timeout | undefined;

ownership.add({
  async start(claim) {
    say({ began: claim.epoch });
    acting = setInterval(() => void act(claim), 20);
  },
  async stop() {
    clearInterval(acting);
    say({ ended: true });
  },
});
process.once("message", () => void stop());
process.once("disconnect", () => process.exit(0));
await ownership.start();
say({ started: true });

async function act(claim: Claim): Promise<void> {
  if (await claim.isHeld()) say({ acted: claim.epoch });
}

async function stop(): Promise<void> {
  await ownership.stop();
  await ownership.release();
  process.disconnect();
}
