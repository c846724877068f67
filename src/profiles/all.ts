import type { Profile } from "./define-profile.ts";
import { extractFields } from "./extract-fields.ts";
import { report } from "./report.ts";
import { summarizePdf } from "./summarize-pdf.ts";
import { summarizeTexts } from "./summarize-text.ts";
import { thumbnail } from "./thumbnail.ts";

/** Every job type of this deployment. A new one is its own file and a line here. */
export const PROFILES: readonly Profile[] = [summarizePdf, summarizeTexts, extractFields, report, thumbnail];
