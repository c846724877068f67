import { DamagedJournalError } from "./journal-errors.ts";
import type { OpenFile } from "./open-file.ts";

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;

export interface Line {
  readonly bytes: Buffer;
  /** Where it begins in the file. */
  readonly offset: number;
  /** False for what follows the last line feed: an append that was cut short. */
  readonly isWhole: boolean;
}

/** Reads a file line by line, holding no more of it than one line (or one chunk, if that is longer). */
export class LineReader {
  readonly file: OpenFile;
  readonly #start: number;
  /** Where in the file the held bytes begin. */
  #offset: number;
  #held: Buffer = Buffer.alloc(0);
  #lines = 0;

  constructor(file: OpenFile, start = 0) {
    this.file = file;
    this.#start = start;
    this.#offset = start;
  }

  /** Where the next line begins. */
  get offset(): number {
    return this.#offset;
  }

  /** The number of the line read last, counted from one. */
  get lineNumber(): number {
    return this.#lines;
  }

  async next(): Promise<Line | undefined> {
    let searched = 0;
    for (;;) {
      const end = this.#held.indexOf(NEWLINE, searched);
      if (end !== -1) return this.#take(end, 1);
      searched = this.#held.length;
      if (!(await this.#readMore())) return searched === 0 ? undefined : this.#take(searched, 0);
    }
  }

  /** For lines that cannot be missing or torn. */
  async nextJson(): Promise<object> {
    const line = await this.next();
    const json = line?.isWhole === true ? parseLine(line) : undefined;
    if (json === undefined) throw this.damage(line === undefined ? "it ends too early" : "it is no JSON");
    return json;
  }

  /** What is wrong with the line read last. */
  damage(reason: string): DamagedJournalError {
    const where = this.#start === 0 ? `line ${Math.max(this.#lines, 1)}` : `before byte ${this.#offset}`;
    return new DamagedJournalError(this.file.path, where, reason);
  }

  #take(length: number, terminator: 0 | 1): Line {
    const line = { bytes: this.#held.subarray(0, length), offset: this.#offset, isWhole: terminator === 1 };
    this.#held = this.#held.subarray(length + terminator);
    this.#offset += length + terminator;
    this.#lines++;
    return line;
  }

  /** Reads as much again as it holds, so that a long line is not copied once for every chunk of it. */
  async #readMore(): Promise<boolean> {
    const held = this.#held.length;
    const grown = Buffer.allocUnsafe(held + Math.max(CHUNK_BYTES, held));
    this.#held.copy(grown);
    const { bytesRead } = await this.file.handle.read(grown, held, grown.length - held, this.#offset + held);
    this.#held = grown.subarray(0, held + bytesRead);
    return bytesRead > 0;
  }
}

/** The object or list in a line; undefined when it is damaged, which means different things in different places. */
export function parseLine(line: Line): object | undefined {
  try {
    const value: unknown = JSON.parse(line.bytes.toString());
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
