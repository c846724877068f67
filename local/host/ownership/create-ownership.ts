import { join } from "node:path";
import { messageOf } from "../logging/describe-error.ts";
import type { Log } from "../logging/log.ts";
import { createAlarm } from "../triggers/alarm.ts";
import {
  createClaimFolder,
  describeSelf,
  isPresent,
  listClaims,
  readClaim,
  releaseClaim,
  renewClaim,
  takeClaim,
} from "./claim-files.ts";
import type { ClaimFile } from "./claim-files.ts";
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
 * claims a numbered file; a host that was stopped and overtaken finds its claim gone before it acts.
 */
export function createOwnership(parts: OwnershipParts): Ownership {
  const { log, instanceId } = parts;
  const folder = join(parts.stateFolder, "owner");
  const self = describeSelf(parts);
  const owned: Owned[] = [];
  const alarm = createAlarm();
  const watch = watchHolder();
  let held: ClaimFile | undefined;
  let isStopping = false;
  let loop: Promise<void> | undefined;

  async function tryToOwn(): Promise<void> {
    const current = (await listClaims(folder)).at(-1);
    if (current && !(await watch.isAbandoned(current))) return;
    const claim = await takeClaim(folder, current, self);
    if (!claim) return;
    held = claim;
    log.host("information", `Host lock lease acquired by instance ID '${instanceId}'.`);
    try {
      await startAll(owned, claim);
    } catch (error) {
      await stopAll(owned);
      await release();
      throw error;
    }
  }

  async function keep(claim: ClaimFile): Promise<void> {
    if (await renewClaim(claim)) return;
    held = undefined;
    log.host("warning", `Host lock lease lost by instance ID '${instanceId}': another host has taken over.`);
    void stopAll(owned); // what it waits for may take long, and whatever it still wants to write is refused
    await closeAll(owned);
  }

  async function release(): Promise<void> {
    const claim = held;
    if (!claim) return;
    await closeAll(owned);
    held = undefined;
    await releaseClaim(claim, self);
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      await alarm.sleep(held ? self.leaseMs / 3 : Math.min(LONGEST_WAIT_MS, self.leaseMs / 3));
      if (isStopping) return;
      try {
        await (held ? keep(held) : tryToOwn());
      } catch (error) {
        log.host("error", `The host lock lease of instance ID '${instanceId}' is in trouble: ${messageOf(error)}`);
      }
    }
  }

  return {
    add(each) {
      owned.push(each);
    },
    async start() {
      try {
        await createClaimFolder(folder);
      } catch (error) {
        throw new Error(`Cannot use the state folder "${parts.stateFolder}": ${messageOf(error)}`, { cause: error });
      }
      await tryToOwn();
      loop = run();
    },
    async stop() {
      isStopping = true;
      alarm.ring();
      await loop;
      if (held) await stopAll(owned);
    },
    release,
    isOwner: () => held !== undefined,
    async owner() {
      const current = (await listClaims(folder)).at(-1);
      const found = current && (await readClaim(current));
      return found && found.holder.isReleased !== true ? found.holder : undefined;
    },
  };
}

async function startAll(owned: readonly Owned[], claim: ClaimFile): Promise<void> {
  for (const each of owned) await each.start({ epoch: claim.epoch, isHeld: () => isPresent(claim) });
}

async function stopAll(owned: readonly Owned[]): Promise<void> {
  await Promise.all(owned.map((each) => each.stop()));
}

async function closeAll(owned: readonly Owned[]): Promise<void> {
  await Promise.all(owned.map((each) => each.close?.()));
}
