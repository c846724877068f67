import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createDeflate, deflateSync } from "node:zlib";
import PdfDocument from "pdfkit";

export interface PdfOptions {
  /** What each page says; a page is text as pdfkit wraps it, or empty. */
  readonly pages: readonly string[];
  /** Makes the file ask for this password. */
  readonly userPassword?: string;
}

/** Makes a PDF with one page for each text. */
export async function makePdf({ pages, userPassword }: PdfOptions): Promise<Buffer> {
  const document = new PdfDocument({ autoFirstPage: false, ...(userPassword ? { userPassword } : {}) });
  for (const page of pages) {
    document.addPage();
    if (page) document.text(page);
    else document.rect(100, 100, 200, 200).fill("gray"); // As a scanned page: a picture and no text.
  }
  document.end();
  return buffer(document);
}

/** Sentences that differ from page to page, so that a lost or repeated page shows. */
export function numberedPages(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `This is page ${index + 1} of ${count}. It says little.`);
}

/**
 * A small PDF that takes `megabytes` of memory and some time to read, for each page anew: every page is the same stream
 * of spaces, deflated twice, which shrinks it a million times.
 */
export async function makeBombPdf(megabytes: number, pages = 1): Promise<Buffer> {
  const spaces = Readable.from(Array<Buffer>(megabytes).fill(Buffer.alloc(1_048_576, " ")));
  const stream = deflateSync(await buffer(spaces.pipe(createDeflate({ level: 9 }))), { level: 9 });
  const kids = Array.from({ length: pages }, (_, index) => `${index + 4} 0 R`).join(" ");
  const page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 3 0 R /Resources << >> >>";
  return assemble([
    Buffer.from("<< /Type /Catalog /Pages 2 0 R >>"),
    Buffer.from(`<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`),
    Buffer.concat([
      Buffer.from(`<< /Length ${stream.length} /Filter [/FlateDecode /FlateDecode] >>\nstream\n`),
      stream,
      Buffer.from("\nendstream"),
    ]),
    ...Array.from({ length: pages }, () => Buffer.from(page)),
  ]);
}

/** A PDF whose page tree promises many pages that are not there. */
export function makeHollowPdf(count: number): Buffer {
  return assemble([
    Buffer.from("<< /Type /Catalog /Pages 2 0 R >>"),
    Buffer.from(`<< /Type /Pages /Kids [] /Count ${count} >>`),
  ]);
}

/** Numbers the objects from 1 and writes the table of where each begins. */
function assemble(objects: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [Buffer.from("%PDF-1.7\n")];
  const offsets: number[] = [];
  const length = (): number => parts.reduce((sum, part) => sum + part.length, 0);
  for (const [index, object] of objects.entries()) {
    offsets.push(length());
    parts.push(Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from("\nendobj\n"));
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  const trailer = `trailer << /Size ${size} /Root 1 0 R >>\nstartxref\n${length()}\n%%EOF`;
  return Buffer.concat([...parts, Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${table}${trailer}`)]);
}

/** Where real PDFs lie, when they are there: none is part of the project. */
const SAMPLES = process.env["PDF_SAMPLES"] ?? join(process.cwd(), "../shared/data/pdf");

export const hasPdfSamples = existsSync(join(SAMPLES, "zsh.pdf"));

export function readPdfSample(name: string): Buffer {
  return readFileSync(join(SAMPLES, name));
}
