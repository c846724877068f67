/** Azurite's own defaults, which storage tools look for first. */
export const DEFAULT_PORTS = { blob: 10_000, queue: 10_001, table: 10_002 } as const;

/** Azurite saves every 5 s, and a SIGKILL loses what came after the last save. This bounds the loss to a fifth of a second. */
export const AUTOSAVE_INTERVAL_MS = 200;

/** Every save writes the whole database: a big one is saved less often, so that saving takes at most a tenth of the time. */
export const AUTOSAVE_SHARE_OF_TIME = 0.1;

/** A runtime that was killed a moment ago is still saving: its folder is free soon. */
export const LOCK_PATIENCE_MS = 5_000;

/** Azurite waits for open requests and saves its databases; past this it would hang for ever. */
export const CLOSE_TIMEOUT_MS = 4_000;
