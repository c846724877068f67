import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import timersPromises from "node:timers/promises";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** What a run puts in place of the process's own time and chance. */
export interface Outside {
  readonly world: World;
  readonly random: Random;
}

export const letGo = takeSetImmediate();

/**
 * Gives this process's timers and dice into the hands of a run, so that the code it runs needs no other seams and does
 * the same for the same seed. The process is good for nothing else afterwards: it is one that the harness started.
 *
 * @returns a function that names the run which is on
 */
export function takeOverProcess(): (outside: Outside) => void {
  let outside: Outside | undefined;
  const on = () => {
    if (outside) return outside;
    throw new Error("Cannot start a timer: no run is on");
  };
  const start = (callback: () => void, delayMs: number) => {
    const { world } = on();
    return world.after(delayMs, { life: world.current, label: "", run: callback });
  };
  replaceTimers(start);
  replaceAbortSignalTimeout(start);
  performance.now = () => on().world.now;
  Math.random = () => on().random.next();
  crypto.randomBytes = (size: number) => Buffer.from(Array.from({ length: size }, () => on().random.below(256)));
  syncBuiltinESMExports();
  return (next) => {
    outside = next;
  };
}

type Start = (callback: () => void, delayMs: number) => () => void;

function replaceTimers(start: Start): void {
  const setTimeout = (callback: (...args: unknown[]) => void, delayMs = 1, ...args: unknown[]) =>
    handle(
      start(() => {
        callback(...args);
      }, delayMs),
    );
  const setInterval = (callback: (...args: unknown[]) => void, delayMs = 1, ...args: unknown[]) => {
    let cancel: () => void;
    const again = () => {
      cancel = start(() => {
        again();
        callback(...args);
      }, delayMs);
    };
    again();
    return handle(() => {
      cancel();
    });
  };
  const clear = (timer: unknown) => {
    (timer as Partial<Handle> | undefined)?.cancel?.();
  };
  Object.assign(globalThis, { setTimeout, setInterval, clearTimeout: clear, clearInterval: clear });
  timersPromises.setTimeout = (async (delayMs = 1, value?: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const cancel = start(() => {
        resolve(value);
      }, delayMs);
      signal?.addEventListener("abort", () => {
        cancel();
        reject(signal.reason as Error);
      });
    })) as never;
}

interface Handle {
  readonly cancel: () => void;
  ref(): Handle;
  unref(): Handle;
  hasRef(): boolean;
}

function handle(cancel: () => void): Handle {
  const timer: Handle = { cancel, ref: () => timer, unref: () => timer, hasRef: () => true };
  return timer;
}

function replaceAbortSignalTimeout(start: Start): void {
  AbortSignal.timeout = (delayMs) => {
    const controller = new AbortController();
    start(() => {
      controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    }, delayMs);
    return controller.signal;
  };
}

/** Before a run takes the timers over: it waits by the real one until all promises that can be settled are. */
function takeSetImmediate(): () => Promise<void> {
  const { setImmediate } = globalThis;
  return async () =>
    new Promise((resolve) => {
      setImmediate(resolve);
    });
}
