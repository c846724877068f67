import { randomBytes } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { DEFAULT_PDF_LIMITS, readPdf } from "../../src/documents/read-pdf.ts";
import type { PdfLimits, PdfText } from "../../src/documents/read-pdf.ts";
import { hasPdfSamples, makeBombPdf, makeHollowPdf, makePdf, numberedPages, readPdfSample } from "../support/pdfs.ts";
import { childrenOf } from "./children-of.ts";

const within = (limits: Partial<PdfLimits> = {}): { limits: PdfLimits } => ({
  limits: { ...DEFAULT_PDF_LIMITS, ...limits },
});

describe("readPdf()", () => {
  it("reads every page in order and says so after each", async () => {
    const pages = numberedPages(480);
    const progress: string[] = [];
    const read = await readPdf(await makePdf({ pages }), {
      ...within(),
      onPage: (done, total) => progress.push(`${done}/${total}`),
    });
    expect(read).toEqual({ pages: 480, characters: pages.join("").length, text: pages });
    expect(progress).toEqual(pages.map((_, index) => `${index + 1}/480`));
  });

  it("keeps lines and paragraphs", async () => {
    const paragraph = "A sentence that is long enough to fill its line to the end, and then some more of it. ".repeat(
      4,
    );
    const bytes = await makePdf({ pages: [`${paragraph}\n\n${paragraph}\n\n${paragraph}`] });
    const { text } = await readPdf(bytes, within());
    const paragraphs = text.join("").split("\n\n");
    expect(paragraphs.map((lines) => lines.replace(/\n/g, " "))).toEqual(Array(3).fill(paragraph.trim()));
  });

  it("gives an empty text for a page without any when others have some", async () => {
    expect((await readPdf(await makePdf({ pages: ["One.", "", "Three."] }), within())).text).toEqual([
      "One.",
      "",
      "Three.",
    ]);
  });

  it("reads the bytes of a view, and leaves them as they were", async () => {
    const bytes = await makePdf({ pages: ["One."] });
    const larger = Buffer.concat([Buffer.alloc(7), bytes]);
    expect((await readPdf(new Uint8Array(larger.buffer, larger.byteOffset + 7), within())).text).toEqual(["One."]);
    expect(larger.subarray(7).equals(bytes)).toBe(true);
  });

  it("refuses a PDF that asks for a password", async () => {
    const bytes = await makePdf({ pages: ["Secret."], userPassword: "open sesame" });
    await expect(readPdf(bytes, within())).rejects.toMatchObject({ code: "PDF_ENCRYPTED", kind: "permanent" });
  });

  it("refuses a PDF whose pages are pictures", async () => {
    await expect(readPdf(await makePdf({ pages: ["", ""] }), within())).rejects.toMatchObject({
      code: "PDF_NO_TEXT",
      details: { pages: 2 },
    });
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["a picture", Buffer.from("\x89PNG\r\n\x1a\n")],
    ["a header and noise", Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(4_096)])],
    ["pages that are not there", makeHollowPdf(3)],
  ])("refuses %s as no PDF", async (_, bytes) => {
    await expect(readPdf(bytes, within())).rejects.toMatchObject({ code: "PDF_INVALID", kind: "permanent" });
  });

  it("refuses the half of a PDF without taking the caller down", async () => {
    const bytes = await makePdf({ pages: numberedPages(50) });
    await expect(readPdf(bytes.subarray(0, bytes.length / 2), within())).rejects.toMatchObject({ kind: "permanent" });
  });

  it.each([
    ["pages", { maxPages: 2 }, 2],
    ["characters", { maxCharacters: 100 }, 100],
    ["time", { timeoutMs: 1 }, 1],
    ["memory", { memoryMb: 20 }, 20],
  ])("refuses a PDF that needs more %s than allowed", async (limit, limits, allowed) => {
    const reading = readPdf(await makePdf({ pages: numberedPages(3) }), within(limits));
    await expect(reading).rejects.toMatchObject({ code: "PDF_TOO_COMPLEX", details: { limit, allowed } });
  });

  it("reads a PDF that needs just what is allowed", async () => {
    const pages = numberedPages(3);
    const limits = within({ maxPages: 3, maxCharacters: pages.join("").length });
    expect((await readPdf(await makePdf({ pages }), limits)).text).toEqual(pages);
  });

  it("stops a PDF that inflates without end, and the caller's own memory hardly grows", async () => {
    const bytes = await makeBombPdf(700);
    expect(bytes.length).toBeLessThan(5_000);
    const before = process.memoryUsage.rss();
    await expect(readPdf(bytes, within())).rejects.toMatchObject({
      code: "PDF_TOO_COMPLEX",
      details: { limit: "memory", allowed: 512 },
    });
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1_048_576);
    expect(childrenOf(process.pid, "pdf-reader-process")).toEqual([]);
  });

  it("ends the reading with the caller's reason when it is aborted half-way", async () => {
    const abort = new AbortController();
    const reason = new Error("no longer wanted");
    const progress: number[] = [];
    const reading = readPdf(await makePdf({ pages: numberedPages(200) }), {
      ...within(),
      abortSignal: abort.signal,
      onPage: (done) => {
        progress.push(done);
        if (done === 3) abort.abort(reason);
      },
    });
    await expect(reading).rejects.toBe(reason);
    expect(progress).toEqual([1, 2, 3]);
    expect(childrenOf(process.pid, "pdf-reader-process")).toEqual([]);
  });

  it("does not start when it is aborted already", async () => {
    const reason = new Error("never wanted");
    const reading = readPdf(Buffer.from("no PDF"), { ...within(), abortSignal: AbortSignal.abort(reason) });
    await expect(reading).rejects.toBe(reason);
  });

  it("ends the reading with what the caller's progress function throws", async () => {
    const reading = readPdf(await makePdf({ pages: numberedPages(20) }), {
      ...within(),
      onPage: () => {
        throw new Error("lease lost");
      },
    });
    await expect(reading).rejects.toThrow("lease lost");
  });
});

/** What these prove about real files, the tests above prove about files made on the spot. */
if (hasPdfSamples)
  describe("readPdf() on real files", () => {
    const read = async (name: string): Promise<PdfText> => readPdf(readPdfSample(name), within());

    it.each([
      ["fhs-3.0.pdf", 50, "Filesystem Hierarchy Standard"],
      ["zsh.pdf", 480, "The Z Shell Manual"],
      ["pdflatex-4-pages.pdf", 4, "This text should contain all letters of the alphabet"],
      ["google-doc-document.pdf", 1, "Beautiful is better than ugly.\nExplicit is better than implicit."],
      ["multicolumn.pdf", 3, "consectetuer"],
    ])("reads %s", async (name, pages, words) => {
      const result = await read(name);
      expect(result.pages).toBe(pages);
      expect(result.text.join("\n")).toContain(words);
    });

    it("reads text that runs from right to left", async () => {
      expect((await read("habibi.pdf")).text.join("")).toMatch(/\p{Script=Arabic}/u);
    });

    it.each([
      ["imagemagick-images.pdf", "PDF_NO_TEXT"],
      ["libreoffice-writer-password.pdf", "PDF_ENCRYPTED"],
    ])("refuses %s as %s", async (name, code) => {
      await expect(read(name)).rejects.toMatchObject({ code });
    });
  });
