import { join } from "node:path";
import { messageOf } from "../logging/describe-error.ts";
import type { Log } from "../logging/log.ts";
import { createAlarm } from "../triggers/alarm.ts";
import { findClaim, isHeldBy, readClaim, releaseClaim, renewClaim, takeClaim } from "./claim-files.ts";
import type { ClaimFile } from "./claim-files.ts";
import { describeSelf } from "./claim-holder.ts";
import type { Owned, Ownership } from "./ownership.ts";
import { watchHolder } from "./watch-holder.ts";

export interface OwnershipParts {
  /** Hosts of one folder share one owner. */
  readonly stateFolder: string;
  readonly instanceId: string;
  /** Where the owner answers, for the hosts that are not. */
  readonly url: string;
  /** How long a host that does not move keeps the ownership. The host lock of Azure Functions holds 15 seconds. */
  readonly leaseMs: number;
  readonly log: Log;
}

/** A dead process is noticed this fast; the look is one listing of a folder. */
const LONGEST_WAIT_MS = 500;

/**
 * Decides by files in the state folder which of the hosts that share it is the owner. Where Azure leases a blob, this
 * claims a numbered file; a host that was stopped and overtaken finds a higher number before it acts.
 */
export function createOwnership(parts: OwnershipParts): Ownership {
  const { log, instanceId, leaseMs, stateFolder } = parts;
  const folder = join(stateFolder, "owner");
  const self = describeSelf(parts);
  const owned: Owned[] = [];
  const nextTry = createAlarm();
  const nextRenewal = createAlarm();
  const watch = watchHolder(leaseMs);
  const say = createSayer(parts);
  let held: ClaimFile | undefined;
  let isStopping = false;
  let claiming: Promise<void> | undefined;
  /** Starting and closing what is owned, one after the other. Never rejects. */
  let handling: Promise<unknown> = Promise.resolve();

  const holds = (claim: ClaimFile) => isHeldBy(claim, folder, self);

  async function tryToOwn(): Promise<void> {
    await handling;
    const current = await findClaim(folder);
    if (current && !(await watch.isAbandoned(current))) return;
    const claim = await takeClaim(folder, current, self);
    if (!claim) return;
    held = claim;
    void keep(claim); // from now on: what is owned may take longer to start than the lease
    log.host("information", `Host lock lease acquired by instance ID '${instanceId}'.`);
    const starting = startAll(owned, { epoch: claim.epoch, isHeld: () => holds(claim) });
    handling = starting.catch(() => undefined);
    try {
      await starting;
    } catch (error) {
      void stopAll(owned).catch(say.trouble);
      await release();
      throw error;
    }
  }

  /** Renews the claim as long as it is held, to the end of stopping too: until then nobody else may begin. */
  async function keep(claim: ClaimFile): Promise<void> {
    while (held === claim) {
      await nextRenewal.sleep(leaseMs / 3);
      if (held !== claim) return;
      try {
        await renewClaim(claim);
        if (!(await holds(claim))) lose(claim);
        say.noTrouble();
      } catch (error) {
        say.trouble(error); // still the owner, as far as anybody knows: the next look tells
      }
    }
  }

  function lose(claim: ClaimFile): void {
    if (held !== claim) return;
    held = undefined;
    log.host("warning", `Host lock lease lost by instance ID '${instanceId}': another host has taken over.`);
    handling = handling.then(async () => {
      void stopAll(owned).catch(say.trouble); // what it waits for may take long; whatever that still wants to write is refused
      await closeAll(owned).catch(say.trouble);
    });
  }

  async function release(): Promise<void> {
    const claim = held;
    if (!claim) return;
    try {
      await closeAll(owned);
    } finally {
      held = undefined;
      nextRenewal.ring();
      await releaseClaim(claim, self);
    }
  }

  async function goOnTrying(): Promise<void> {
    while (!isStopping) {
      await nextTry.sleep(Math.min(LONGEST_WAIT_MS, leaseMs / 3));
      if (isStopping || held) continue;
      try {
        await tryToOwn();
        say.noTrouble();
      } catch (error) {
        say.trouble(error);
      }
    }
  }

  return {
    add(each) {
      owned.push(each);
    },
    async start() {
      const problem = await findClaim(folder).then(() => undefined, messageOf);
      if (problem === undefined) {
        await tryToOwn();
        claiming = goOnTrying();
      } else if (owned.length > 0) throw new Error(`Cannot use the state folder "${stateFolder}": ${problem}`);
      else log.host("warning", `The state folder "${stateFolder}" cannot be used, and is not needed yet: ${problem}`);
    },
    async stop() {
      isStopping = true;
      nextTry.ring();
      await claiming;
      if (held) await stopAll(owned);
    },
    release,
    isOwner: () => held !== undefined,
    async owner() {
      const current = await findClaim(folder);
      const { holder } = (current && (await readClaim(current))) ?? {};
      return holder?.isReleased === true ? undefined : holder;
    },
  };
}

/** Says what is wrong when it changes, and not with every look. */
function createSayer({ log, instanceId }: OwnershipParts): { trouble(error: unknown): void; noTrouble(): void } {
  let last = "";
  return {
    trouble(error) {
      const problem = messageOf(error);
      if (problem !== last)
        log.host("error", `The host lock lease of instance ID '${instanceId}' is in trouble: ${problem}`);
      last = problem;
    },
    noTrouble() {
      last = "";
    },
  };
}

async function startAll(owned: readonly Owned[], claim: Parameters<Owned["start"]>[0]): Promise<void> {
  for (const each of owned) await each.start(claim);
}

async function stopAll(owned: readonly Owned[]): Promise<void> {
  await Promise.all(owned.map((each) => each.stop()));
}

async function closeAll(owned: readonly Owned[]): Promise<void> {
  await Promise.all(owned.map((each) => each.close?.()));
}
