import { join } from "node:path";
import { messageOf } from "../logging/describe-error.ts";
import type { Log } from "../logging/log.ts";
import { createAlarm } from "../time/alarm.ts";
import { findClaim, isHeldBy, readClaim, releaseClaim, renewClaim, takeClaim } from "./claim-files.ts";
import type { ClaimFile } from "./claim-files.ts";
import { describeSelf } from "./claim-holder.ts";
import type { Owned, OwnerAddress, Ownership } from "./ownership.ts";
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
  return new FileOwnership(parts);
}

class FileOwnership implements Ownership {
  readonly #parts: OwnershipParts;
  readonly #folder: string;
  readonly #self: ReturnType<typeof describeSelf>;
  readonly #watch: ReturnType<typeof watchHolder>;
  readonly #owned: Owned[] = [];
  readonly #nextTry = createAlarm();
  readonly #nextRenewal = createAlarm();
  #held: ClaimFile | undefined;
  #isStopping = false;
  #claiming: Promise<void> | undefined;
  /** Starting and closing what is owned, one after the other. Never rejects. */
  #handling: Promise<unknown> = Promise.resolve();

  constructor(parts: OwnershipParts) {
    this.#parts = parts;
    this.#folder = join(parts.stateFolder, "owner");
    this.#self = describeSelf(parts);
    this.#watch = watchHolder(parts.leaseMs);
  }

  add(each: Owned): void {
    this.#owned.push(each);
  }

  isOwner(): boolean {
    return this.#held !== undefined;
  }

  async owner(): Promise<OwnerAddress | undefined> {
    const current = await findClaim(this.#folder);
    const found = current && (await readClaim(current));
    return found?.holder?.isReleased === true ? undefined : found?.holder;
  }

  async start(): Promise<void> {
    const { stateFolder, log } = this.#parts;
    const problem = await findClaim(this.#folder).then(() => undefined, messageOf);
    if (problem === undefined) {
      await this.#tryToOwn();
      this.#claiming = this.#goOnTrying();
    } else if (this.#owned.length > 0) throw new Error(`Cannot use the state folder "${stateFolder}": ${problem}`);
    else log.host("warning", `The state folder "${stateFolder}" cannot be used, and is not needed yet: ${problem}`);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#nextTry.ring();
    await this.#claiming;
    if (this.#held) await this.#stopAll();
  }

  async release(): Promise<void> {
    const claim = this.#held;
    if (!claim) return;
    try {
      await this.#closeAll();
    } finally {
      this.#held = undefined;
      this.#nextRenewal.ring();
      await releaseClaim(claim, this.#self);
    }
  }

  async #goOnTrying(): Promise<void> {
    const { leaseMs } = this.#parts;
    let isWell = true;
    for (;;) {
      // After a failure others may have a try: perhaps theirs succeeds.
      await this.#nextTry.sleep(isWell ? Math.min(LONGEST_WAIT_MS, leaseMs / 3) : leaseMs);
      if (this.#isStopping) return;
      if (!this.#held) isWell = await this.#sayTrouble(() => this.#tryToOwn());
    }
  }

  async #tryToOwn(): Promise<void> {
    await this.#handling;
    const current = await findClaim(this.#folder);
    if (current && !(await this.#watch.isAbandoned(current))) return;
    const claim = await takeClaim(this.#folder, current, this.#self);
    if (!claim) return;
    this.#held = claim;
    void this.#keep(claim); // from now on: what is owned may take longer to start than the lease
    this.#parts.log.host("information", `Host lock lease acquired by instance ID '${this.#parts.instanceId}'.`);
    const starting = this.#startAll(claim);
    this.#handling = starting.catch(() => undefined);
    try {
      await starting;
    } catch (error) {
      void this.#sayTrouble(() => this.#stopAll());
      await this.release();
      throw error;
    }
  }

  /** Renews the claim as long as it is held, to the end of stopping too: until then nobody else may begin. */
  async #keep(claim: ClaimFile): Promise<void> {
    while (this.#held === claim) {
      await this.#nextRenewal.sleep(this.#parts.leaseMs / 3);
      if (this.#held !== claim) return;
      // When the disk does not answer it is still the owner, as far as anybody knows: the next look tells.
      await this.#sayTrouble(async () => {
        await renewClaim(claim);
        if (!this.#holds(claim)) this.#lose(claim);
      });
    }
  }

  #holds(claim: ClaimFile): boolean {
    return isHeldBy(claim, this.#folder, this.#self);
  }

  #lose(claim: ClaimFile): void {
    if (this.#held !== claim) return;
    this.#held = undefined;
    const { log, instanceId } = this.#parts;
    log.host("warning", `Host lock lease lost by instance ID '${instanceId}': another host has taken over.`);
    this.#handling = this.#handling.then(async () => {
      void this.#sayTrouble(() => this.#stopAll()); // may take long; what still wants to be written then is refused
      await this.#sayTrouble(() => this.#closeAll());
    });
  }

  /** Returns whether all went well, and says what did not. */
  async #sayTrouble(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      const { log, instanceId } = this.#parts;
      log.host("error", `The host lock lease of instance ID '${instanceId}' is in trouble: ${messageOf(error)}`);
      return false;
    }
  }

  async #startAll(claim: ClaimFile): Promise<void> {
    const isHeld = async () => this.#holds(claim);
    for (const each of this.#owned) await each.start({ epoch: claim.epoch, isHeld });
  }

  async #stopAll(): Promise<void> {
    await Promise.all(this.#owned.map((each) => each.stop()));
  }

  async #closeAll(): Promise<void> {
    await Promise.all(this.#owned.map(async (each) => each.close?.()));
  }
}
