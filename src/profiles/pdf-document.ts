import { z } from "zod";
import { fileIdSchema } from "../contract/ids.ts";
import { readPdf } from "../documents/read-pdf.ts";
import type { PdfText } from "../documents/read-pdf.ts";
import { MillraceError } from "../platform/errors.ts";
import type { StepContext } from "../steps/step-context.ts";
import type { Reference } from "./define-profile.ts";

/** A PDF, as payloads name one. */
export const documentSchema = z.union([
  z.strictObject({ file_id: fileIdSchema }),
  z.strictObject({ url: z.url().max(2048).meta({ description: "A public address of a PDF" }) }),
]);
type Document = z.infer<typeof documentSchema>;

/** Which pages of it are meant. */
export const pageRangeSchema = z
  .strictObject({
    from: z.int().min(1).meta({ description: "Counted from 1" }),
    to: z.int().min(1).meta({ description: "The last one read; the document's last if it has no such page" }),
  })
  .refine(({ from, to }) => from <= to, { path: ["to"], message: "comes before `from`" });
type PageRange = z.infer<typeof pageRangeSchema>;

const PDF = "application/pdf";

/** What a job with such a document needs. */
export function documentReferences(document: Document): readonly Reference[] {
  if ("url" in document) return [{ kind: "url", pointer: "/payload/document/url", url: document.url }];
  const { file_id: fileId } = document;
  return [{ kind: "file", pointer: "/payload/document/file_id", fileId, contentTypes: [PDF] }];
}

interface Wanted {
  readonly document: Document;
  /** All if absent. */
  readonly pages?: PageRange | undefined;
}

/**
 * Reads the text of a document, or of some of its pages, wherever it is.
 *
 * @throws MillraceError what `readPdf`, downloads and files throw; PAGES_NOT_FOUND, PDF_NO_TEXT of the pages that are meant
 */
export async function readDocument(
  { document, pages }: Wanted,
  { services, abortSignal, progress }: Pick<StepContext<unknown, unknown>, "services" | "abortSignal" | "progress">,
): Promise<PdfText> {
  const bytes =
    "url" in document
      ? (await services.download(document.url, { accept: [PDF, "application/octet-stream"], abortSignal })).bytes
      : (await services.readFile(document.file_id)).content;
  const whole = await readPdf(bytes, {
    limits: services.pdfLimits,
    abortSignal,
    onPage: (done, total) => {
      progress(done / total, `page ${done} of ${total}`);
    },
  });
  return pages ? pagesOf(whole, pages) : whole;
}

function pagesOf(whole: PdfText, { from, to }: PageRange): PdfText {
  if (from > whole.pages)
    throw new MillraceError("PAGES_NOT_FOUND", `The document has ${whole.pages} pages, none of them from ${from} on`);
  const text = whole.text.slice(from - 1, to);
  const characters = text.join("").length;
  if (characters > 0) return { pages: text.length, characters, text };
  throw new MillraceError("PDF_NO_TEXT", `There is no text on pages ${from} to ${to}`);
}
