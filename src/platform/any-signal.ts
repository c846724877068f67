export interface AnySignal {
  /** Fires with the first of them, for the same reason. */
  readonly signal: AbortSignal;
  /** Lets go of them. */
  clear(): void;
}

/** Not `AbortSignal.any()`: Node keeps such a signal, and all that waits for it, for as long as anybody listens to it. */
export function anySignal(...signals: readonly AbortSignal[]): AnySignal {
  const controller = new AbortController();
  const onAbort = () => {
    controller.abort(signals.find(({ aborted }) => aborted)?.reason);
  };
  if (signals.some(({ aborted }) => aborted)) onAbort();
  else for (const signal of signals) signal.addEventListener("abort", onAbort);
  return {
    signal: controller.signal,
    clear() {
      for (const signal of signals) signal.removeEventListener("abort", onAbort);
    },
  };
}
