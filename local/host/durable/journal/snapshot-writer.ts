import type { Extent } from "./format.ts";
import type { OpenFile } from "./open-file.ts";
import { writeAll } from "./write-all.ts";

const CHUNK_BYTES = 1024 * 1024;

/** Writes a file from its beginning, holding no more of it than one chunk (or one line, if that is longer). */
export class SnapshotWriter {
  readonly #file: OpenFile;
  readonly #source: OpenFile | undefined;
  #written = 0;
  #lines: string[] = [];
  #lineBytes = 0;
  #run: Extent = { offset: 0, bytes: 0 };

  /** `source` is what `copy` copies from. */
  constructor(file: OpenFile, source: OpenFile | undefined) {
    this.#file = file;
    this.#source = source;
  }

  /** Where the next line will begin. */
  get position(): number {
    return this.#written + this.#lineBytes + this.#run.bytes;
  }

  async line(json: string): Promise<void> {
    const bytes = Buffer.byteLength(json) + 1;
    if (this.#run.bytes > 0 || this.#lineBytes + bytes > CHUNK_BYTES) await this.flush();
    this.#lines.push(json);
    this.#lineBytes += bytes;
  }

  /** Copies whole lines of the source. What is side by side there is copied in one go: it may be thousands of instances. */
  async copy(extent: Extent): Promise<void> {
    const isNext = this.#run.bytes > 0 && this.#run.offset + this.#run.bytes === extent.offset;
    if (!isNext) await this.flush();
    this.#run = isNext ? { offset: this.#run.offset, bytes: this.#run.bytes + extent.bytes } : extent;
  }

  async flush(): Promise<void> {
    const bytes = Buffer.from(this.#lines.map((json) => `${json}\n`).join(""));
    const run = this.#run;
    this.#lines = [];
    this.#lineBytes = 0;
    this.#run = { offset: 0, bytes: 0 };
    await this.#write(bytes);
    await this.#copyRun(run);
  }

  async #copyRun({ offset, bytes }: Extent): Promise<void> {
    const chunk = Buffer.allocUnsafe(Math.min(bytes, CHUNK_BYTES));
    for (let copied = 0; copied < bytes && this.#source !== undefined;) {
      const wanted = Math.min(bytes - copied, chunk.length);
      const { bytesRead } = await this.#source.handle.read(chunk, 0, wanted, offset + copied);
      if (bytesRead === 0) throw new Error(`"${this.#source.path}" ends before byte ${offset + bytes}`);
      await this.#write(chunk.subarray(0, bytesRead));
      copied += bytesRead;
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await writeAll(this.#file.handle, bytes, this.#written);
    this.#written += bytes.length;
  }
}
