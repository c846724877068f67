import { MillraceError } from "../platform/errors.ts";
import { ReaderMessage } from "./pdf-reader-messages.ts";
import type { ReaderFailure } from "./pdf-reader-messages.ts";
import { runWatchedProcess } from "./watched-process.ts";
import type { WatchedProcessEnd } from "./watched-process.ts";

export interface PdfLimits {
  /** Resident memory of the reading process, in MB. Not enforced on Windows. */
  readonly memoryMb: number;
  /** From the start of the reading process to its end. */
  readonly timeoutMs: number;
  readonly maxPages: number;
  /** UTF-16 units of cleaned text, all pages together. */
  readonly maxCharacters: number;
}

export const DEFAULT_PDF_LIMITS: PdfLimits = {
  memoryMb: 512,
  timeoutMs: 60_000,
  maxPages: 2_000,
  maxCharacters: 20_000_000, // several times the longest novel
};

export interface ReadPdfOptions {
  readonly limits: PdfLimits;
  readonly abortSignal?: AbortSignal | undefined;
  /** Called after each page. What it throws ends the reading and is thrown to the caller. */
  readonly onPage?: ((done: number, total: number) => void) | undefined;
}

export interface PdfText {
  readonly pages: number;
  readonly characters: number;
  /** One cleaned text for each page; empty for a page without any. */
  readonly text: string[];
}

/**
 * Reads the text of a PDF in a process of its own, since a file of 2 kB can make a parser take gigabytes.
 *
 * @throws MillraceError `PDF_INVALID`, `PDF_ENCRYPTED`, `PDF_NO_TEXT` (scanned pages), `PDF_TOO_COMPLEX` with
 * `details.limit` and `details.allowed`, or `UNCLASSIFIED` when the process ended for no reason of the file's.
 * @throws the reason of `abortSignal`.
 */
export async function readPdf(bytes: Uint8Array, options: ReadPdfOptions): Promise<PdfText> {
  const { limits, abortSignal, onPage } = options;
  abortSignal?.throwIfAborted();
  if (!looksLikePdf(bytes))
    throw new MillraceError("PDF_INVALID", "Cannot read the file: it does not start like a PDF");
  const reading = collectPages(limits, onPage);
  const end = await runWatchedProcess({
    script: new URL("./pdf-reader-process.js", import.meta.url),
    args: [bytes.byteLength, limits.maxPages, limits.maxCharacters, process.pid].map(String),
    input: bytes,
    memoryMb: limits.memoryMb,
    timeoutMs: limits.timeoutMs,
    abortSignal,
    onMessage: reading.onMessage,
  });
  throwIfStopped(end, limits);
  return reading.finish();
}

/** Readers accept a header within the first 1,024 bytes, and so do we (PDF Reference 1.7, appendix H, note 13). */
function looksLikePdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1_024)).includes("%PDF-");
}

interface Reading {
  readonly onMessage: (message: unknown) => void;
  readonly finish: () => PdfText;
}

function collectPages(limits: PdfLimits, onPage: ReadPdfOptions["onPage"]): Reading {
  const text: string[] = [];
  let total: number | undefined;
  return {
    onMessage(message) {
      const parsed = ReaderMessage.safeParse(message);
      if (!parsed.success) throw readerFailed({ cause: parsed.error });
      if (parsed.data.type === "failed") throw refusal(parsed.data.reason, limits);
      if (parsed.data.type === "opened") {
        total ??= parsed.data.pages;
        return;
      }
      if (total === undefined || text.length === total) throw readerFailed({ cause: "a page too many" });
      text.push(parsed.data.text);
      onPage?.(text.length, total);
    },
    finish() {
      if (text.length !== total) throw readerFailed({ cause: "a page too few" });
      const characters = text.reduce((sum, page) => sum + page.length, 0);
      if (!text.some((page) => page.trim()))
        throw new MillraceError("PDF_NO_TEXT", "Cannot find text in the PDF: its pages may be scanned pictures", {
          details: { pages: text.length },
        });
      return { pages: text.length, characters, text };
    },
  };
}

function refusal(reason: ReaderFailure, limits: PdfLimits): MillraceError {
  switch (reason) {
    case "invalid":
      return new MillraceError("PDF_INVALID", "Cannot read the PDF: it is damaged");
    case "encrypted":
      return new MillraceError("PDF_ENCRYPTED", "Cannot read the PDF: it asks for a password");
    case "pages":
      return tooComplex("pages", limits.maxPages);
    case "characters":
      return tooComplex("characters", limits.maxCharacters);
  }
}

function throwIfStopped({ cause, complaint }: WatchedProcessEnd, limits: PdfLimits): void {
  if (cause === "memory") throw tooComplex("memory", limits.memoryMb);
  if (cause === "time") throw tooComplex("time", limits.timeoutMs);
  if (cause === "crash") throw readerFailed({ cause: new Error(complaint) });
}

const UNITS = { memory: "MB of memory", time: "milliseconds", pages: "pages", characters: "characters" };

function tooComplex(limit: keyof typeof UNITS, allowed: number): MillraceError {
  return new MillraceError("PDF_TOO_COMPLEX", `Cannot read the PDF: it needs more than ${allowed} ${UNITS[limit]}`, {
    details: { limit, allowed },
  });
}

/** The reading process ended or spoke as it should not: the machine's fault more likely than the file's. */
function readerFailed(options: { cause: unknown }): MillraceError {
  return new MillraceError("UNCLASSIFIED", "The PDF could not be read", options);
}
