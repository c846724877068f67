import type { FileHandle } from "node:fs/promises";

export interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/** An open file that several may be reading when it is no longer wanted: it is closed when the last of them is done. */
export class SharedFile implements OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  #users = 1;

  constructor({ path, handle }: OpenFile) {
    this.path = path;
    this.handle = handle;
  }

  async use<Result>(action: () => Promise<Result>): Promise<Result> {
    this.#users++;
    try {
      return await action();
    } finally {
      await this.#leave();
    }
  }

  /** Once, by its owner. Nobody may begin to use it from here on. */
  async retire(): Promise<void> {
    await this.#leave();
  }

  async #leave(): Promise<void> {
    if (--this.#users === 0) await this.handle.close();
  }
}
