/** What `registerFunction()` and `registerHook()` hand back; its shape is part of the core API. */
export class Disposable {
  #dispose: (() => unknown) | undefined;

  constructor(dispose?: () => unknown) {
    this.#dispose = dispose;
  }

  static from(...disposables: readonly { dispose?: () => unknown }[]): Disposable {
    return new Disposable(() => {
      for (const each of disposables) each.dispose?.();
    });
  }

  /** Runs the action given to the constructor, the first time only. */
  dispose(): unknown {
    const dispose = this.#dispose;
    this.#dispose = undefined;
    return dispose?.();
  }
}
