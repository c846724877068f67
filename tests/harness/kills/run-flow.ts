import type { Order } from "./acts.ts";
import { describeCall } from "./fault-proxy.ts";
import type { Moment } from "./fault-proxy.ts";
import { judge } from "./judge.ts";
import { openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { createTrap } from "./trap.ts";
import type { Outcome, Victim, Victims } from "./victim.ts";

/** Something that a process does: where it begins, what is done, and what must be so whenever the process was killed. */
export interface Flow {
  /** It makes at least so many calls; fewer would show that not everything was tried. */
  readonly leastCalls: number;
  /** Brings the stage to where the process begins. */
  begin(stage: Stage): Promise<Scene>;
}

export interface Scene {
  readonly order: Order;
  /** How far the clock of the process is ahead. */
  readonly aheadMs?: number;
  /** What happens before time passes: a client that got no answer, for one. */
  goOn?(outcome: Outcome | undefined): Promise<void>;
  /** What must hold when time has passed, apart from what always must. */
  check?(outcome: Outcome | undefined): Promise<void> | void;
}

export interface RunOptions {
  readonly account: string;
  readonly victims: Victims;
  /** The call at which it happens, counted from 1. */
  readonly nth: number;
  readonly moment: Moment;
}

/** Runs the flow once, with a process that is killed at that call. Returns whether it came so far. */
export async function runKilled(flow: Flow, { account, victims, nth, moment }: RunOptions): Promise<boolean> {
  const stage = await openStage(account);
  let victim: Victim | undefined;
  const trap = createTrap({
    nth,
    moment,
    spring() {
      victim?.kill();
      return "cut";
    },
  });
  try {
    const { order, aheadMs = 0, ...scene } = await flow.begin(stage);
    // What a killed process has sent may still arrive, but not what it had not begun to send.
    const proxy = await stage.openWayOut("victim", (call, at) => (trap.sprung() ? "cut" : trap.rule(call, at)));
    victim = victims.begin({ order, environment: proxy.environment, aheadMs });
    const outcome = await victim.ended;
    await proxy.idle();
    await scene.goOn?.(outcome);
    // What one call leaves behind the next one finds: each such state meets both orders.
    await stage.successor.passTime(moment === "before" ? "supervisor" : "messages");
    await scene.check?.(outcome);
    await judge(stage);
    return trap.sprung() !== undefined;
  } catch (thrown) {
    const call = trap.sprung();
    const what = call ? `killed ${moment} call ${nth}, ${describeCall(call)}` : "not killed at all";
    throw new Error(`The process was ${what}\n${tellCommits(stage)}`, { cause: thrown });
  } finally {
    victim?.kill();
    await stage.close();
  }
}

function tellCommits({ log }: Stage): string {
  return log.commits
    .map(({ by, after, before }) => `${by} ${JSON.stringify(after ?? { gone: before?.rowKey })}`)
    .join("\n");
}
