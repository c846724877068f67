/** Where a blob is: the URL of its container (which names the account), and its name in it. */
export interface BlobLocation {
  readonly containerUrl: string;
  readonly name: string;
}

/** Lets whoever writes a blob tell this host's scanner, which would otherwise find it at its next round. */
export interface BlobSignals {
  /** Calls `look` for every blob that this host knows to have changed. Returns the undo. */
  listen(look: (blob: BlobLocation) => void): () => void;
  written(blob: BlobLocation): void;
}

export function createBlobSignals(): BlobSignals {
  const listeners = new Set<(blob: BlobLocation) => void>();
  return {
    listen(look) {
      listeners.add(look);
      return () => void listeners.delete(look);
    },
    written(blob) {
      for (const look of listeners) look(blob);
    },
  };
}
