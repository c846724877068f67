/** A claim to what only one of several hosts may do: fire timers, run the Durable hub, scan for blobs. */
export interface Claim {
  /** Grows with every change of hands; what an owner writes carries it. */
  readonly epoch: number;
  /**
   * Whether this host is still the owner. Reads the disk: another host may have taken over while this process was
   * stopped, and whoever acts after a `true` acts before that host has begun.
   */
  isHeld(): Promise<boolean>;
}

/** What is done only while this host is the owner. */
export interface Owned {
  /** Called when the claim has been won. The host serves without it until it resolves. */
  start(claim: Claim): Promise<void>;
  /** Called when the claim has been lost, or the host stops (then it is released afterwards). Must take nothing new. */
  stop(): Promise<void>;
}

/** Where the owner is, for the hosts that are not. */
export interface OwnerAddress {
  readonly url: string;
  readonly instanceId: string;
}

export interface Ownership {
  /** Registers something only the owner does. Before `start()`. */
  add(owned: Owned): void;
  /** Tries to become the owner, and goes on trying. Resolves after the first try (and, if won, after all have started). */
  start(): Promise<void>;
  /** Stops what is owned, then gives the claim up so that another host takes it at once. */
  stop(): Promise<void>;
  isOwner(): boolean;
  /** The owner's address; undefined while there is none. */
  owner(): Promise<OwnerAddress | undefined>;
}
