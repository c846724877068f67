import { z } from "zod";
import { fileIdSchema } from "./ids.ts";

/** What `POST /api/files` answers with 201. */
export const fileViewSchema = z
  .object({
    file_id: fileIdSchema,
    name: z.string().optional(),
    bytes: z.int().min(1),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    content_type: z.string(),
  })
  .meta({ id: "File" });
export type FileView = z.infer<typeof fileViewSchema>;

/** A name is for display only: it never becomes part of a key or a path. */
export const uploadQuerySchema = z.strictObject({ name: z.string().min(1).max(255).optional() });
