import { z } from "zod";

/** Why a PDF cannot be read, as far as the reading process can tell; caps on memory and time work from outside. */
const ReaderFailure = z.enum(["invalid", "encrypted", "pages", "characters"]);
export type ReaderFailure = z.infer<typeof ReaderFailure>;

/** What the reading process tells its parent, in order. The parent believes nothing that does not fit. */
export const ReaderMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("opened"), pages: z.int().positive() }),
  z.strictObject({ type: z.literal("page"), text: z.string() }),
  z.strictObject({ type: z.literal("failed"), reason: ReaderFailure }),
]);
export type ReaderMessage = z.infer<typeof ReaderMessage>;
