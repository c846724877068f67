import { createRequire } from "node:module";
import { AUTOSAVE_INTERVAL_MS, AUTOSAVE_SHARE_OF_TIME } from "./limits.ts";

/** The part of LokiJS, Azurite's database, that saves by itself. */
interface Loki {
  autosave: boolean;
  autosaveHandle: NodeJS.Timeout | null;
  autosaveDirty(): boolean;
  saveDatabase(callback: (error?: unknown) => void): void;
  autosaveEnable(): void;
  /** Calls back when no save is under way. */
  throttledSaveDrain(callback: () => void): void;
  close: (this: Loki, callback: (error?: unknown) => void) => void;
}

/**
 * Makes Azurite save soon after a change. Its databases live in memory and are saved every 5 s, an interval that cannot be
 * set; a power cut or SIGKILL would take back up to 5 s of answers already given, while other services on the same
 * disk remember them. And makes closing wait for a save under way. Call it before Azurite is loaded.
 */
export function saveSoon(): void {
  const require = createRequire(import.meta.url);
  const requireLikeAzurite = createRequire(require.resolve("azurite/dist/src/azurite.js"));
  const { prototype } = requireLikeAzurite("lokijs") as { prototype: Loki };
  prototype.autosaveEnable = function autosaveEnable(this: Loki) {
    this.autosave = true;
    saveAfter(this, AUTOSAVE_INTERVAL_MS);
  };
  const { close } = prototype;
  // LokiJS calls a database with a save under way clean, and closed at once: who then exits cuts that save off.
  prototype.close = function closeAfterSaving(this: Loki, callback) {
    this.throttledSaveDrain(() => {
      close.call(this, callback);
    });
  };
}

/** One timer after the other instead of an interval, so that a slow save is followed by a longer pause. */
function saveAfter(database: Loki, delayMs: number): void {
  database.autosaveHandle = setTimeout(() => {
    if (!database.autosaveDirty()) {
      saveAfter(database, AUTOSAVE_INTERVAL_MS);
      return;
    }
    const startedAt = performance.now();
    database.saveDatabase((error) => {
      if (error) console.error("Cannot save the storage emulator's data", error);
      // LokiJS clears the handle when it closes: a save that ends after that must not start another round.
      if (database.autosaveHandle !== null) saveAfter(database, pauseAfter(performance.now() - startedAt));
    });
  }, delayMs);
}

/** How long to leave the database alone after a save that took so many milliseconds. */
export function pauseAfter(saveMs: number): number {
  return Math.max(AUTOSAVE_INTERVAL_MS, saveMs * (1 / AUTOSAVE_SHARE_OF_TIME - 1));
}
