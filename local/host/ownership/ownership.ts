/** A claim to what only one of several hosts may do: fire timers, run the Durable hub, scan for blobs. */
export interface Claim {
  /** Grows with every change of hands; what an owner writes carries it. */
  readonly epoch: number;
  /**
   * Whether this host is still the owner. Reads the disk: another host may have taken over while this process was
   * stopped. A process may also be stopped right after the answer, so what must never be done twice carries the epoch.
   */
  isHeld(): Promise<boolean>;
}

/** What is done only while this host is the owner. It may be started again after it has been closed. */
export interface Owned {
  /** Called when the claim has been won. Work of an earlier claim may still be ending. */
  start(claim: Claim): Promise<void>;
  /** Begins nothing new; resolves when what runs has ended. */
  stop(): Promise<void>;
  /** Lets go of what it holds, cutting off what still runs. Called after `stop()`, perhaps before that has resolved. */
  close?(): Promise<void>;
}

/** Where the owner is, for the hosts that are not. */
export interface OwnerAddress {
  readonly url: string;
  readonly instanceId: string;
}

export interface Ownership {
  /** Registers something only the owner does. Before `start()`. */
  add(owned: Owned): void;
  /**
   * Tries to become the owner, and goes on trying. Resolves after the first try (and, if won, after all have started).
   * Rejects when the state folder cannot be used, unless nothing is owned: that is a warning then.
   */
  start(): Promise<void>;
  /** Begins nothing new of what is owned, and claims nothing any more; resolves when what runs has ended. What is held is kept until `release()`. */
  stop(): Promise<void>;
  /** Closes what is owned and gives the claim up, so that another host takes it at once. */
  release(): Promise<void>;
  isOwner(): boolean;
  /** The owner's address; undefined while there is none. */
  owner(): Promise<OwnerAddress | undefined>;
}
