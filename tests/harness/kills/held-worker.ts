import type { Verdict } from "./fault-proxy.ts";
import { createGate } from "./gate.ts";
import type { Stage } from "./stage.ts";
import { createTrap } from "./trap.ts";
import type { Place } from "./trap.ts";
import type { Outcome } from "./victim.ts";

/** A worker that has taken the message of a job, and whose call is under way for as long as others like. */
export interface HeldWorker {
  /** The call comes to its end, and in time the worker. */
  goOn(): Promise<Outcome | undefined>;
}

/** Rejects when the worker ends before it comes to the place. */
export async function holdWorker(stage: Stage, place: Place): Promise<HeldWorker> {
  const [isThere, mayGoOn] = [createGate(), createGate()];
  const trap = createTrap(place, async (): Promise<Verdict> => {
    isThere.open();
    await mayGoOn.opened;
    return "go on";
  });
  const { environment } = await stage.openWayOut("worker", trap.rule);
  const order = { act: "receive", input: await stage.successor.take() } as const;
  const { ended } = stage.victims.begin({ order, environment, aheadMs: 0 });
  await Promise.race([isThere.opened, ended]);
  if (!trap.isSprung()) throw new Error("The worker has ended and was not held");
  return {
    async goOn() {
      mayGoOn.open();
      return ended;
    },
  };
}
