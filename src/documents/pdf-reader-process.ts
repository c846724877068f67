/**
 * The process in which an untrusted PDF is parsed. It gets the bytes on standard input and four numbers as arguments,
 * answers over IPC with one message per page, and is killed from outside when it takes too much (read-pdf.ts).
 */
import { Worker } from "node:worker_threads";
import { getDocumentProxy } from "unpdf";
import { cleanText } from "./clean-text.ts";
import { joinTextRuns } from "./page-text.ts";
import type { ReaderFailure, ReaderMessage } from "./pdf-reader-messages.ts";

type OpenPdf = Awaited<ReturnType<typeof getDocumentProxy>>;

const [size = 0, maxPages = 0, maxCharacters = 0, parentPid] = process.argv.slice(2).map(Number);

endWithParent();
const failure = await readDocument(await readInput());
if (failure) await send({ type: "failed", reason: failure });
process.disconnect();

/** Parsing can keep this thread busy for minutes, so a second one watches for the end of the parent. */
function endWithParent(): void {
  process.on("disconnect", () => process.exit());
  new Worker(new URL("./orphan-watch.js", import.meta.url), { workerData: parentPid }).unref();
}

/** Into one array of the right size: a large file shall not lie in memory twice. */
async function readInput(): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return bytes;
}

async function readDocument(bytes: Uint8Array): Promise<ReaderFailure | undefined> {
  const pdf = await openPdf(bytes);
  if (typeof pdf === "string") return pdf;
  if (pdf.numPages < 1) return "invalid";
  if (pdf.numPages > maxPages) return "pages";
  await send({ type: "opened", pages: pdf.numPages });
  let characters = 0;
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const text = await readPage(pdf, number);
    if (text === undefined) return "invalid";
    characters += text.length;
    if (characters > maxCharacters) return "characters";
    await send({ type: "page", text });
  }
  return undefined;
}

async function openPdf(data: Uint8Array): Promise<OpenPdf | ReaderFailure> {
  try {
    // Fonts are not needed for text, and what the parser thinks of the file is nobody's business.
    return await getDocumentProxy(data, { disableFontFace: true, verbosity: 0 });
  } catch (error) {
    return error instanceof Error && error.name === "PasswordException" ? "encrypted" : "invalid";
  }
}

/** One page's text, or nothing when the parser cannot make sense of it. */
async function readPage(pdf: OpenPdf, number: number): Promise<string | undefined> {
  try {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    page.cleanup();
    return cleanText(joinTextRuns(items.filter((item) => "str" in item)));
  } catch {
    return undefined; // Whatever the parser threw, it was about this document.
  }
}

/** Resolves when the parent's end of the pipe has taken the message, so that pages do not pile up here. */
async function send(message: ReaderMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
