import { createHash } from "node:crypto";
import type { Clock } from "../platform/clock.ts";
import { MillraceError } from "../platform/errors.ts";
import { newId } from "../platform/ids.ts";
import type { FileRecord, FileStore } from "./file-store.ts";
import { UPLOAD_MEDIA_TYPES, looksLike } from "./media-types.ts";

export interface Upload {
  readonly workspaceId: string;
  readonly contentType: string;
  readonly name?: string | undefined;
  readonly content: Buffer;
  /** A new one if absent. */
  readonly fileId?: string | undefined;
}

/**
 * Keeps an uploaded file. Blob first, then the row that makes it known: a crash between leaves a blob nobody can name.
 *
 * @throws MillraceError UNSUPPORTED_MEDIA_TYPE, BODY_EMPTY, FILE_TYPE_MISMATCH, STORAGE_UNAVAILABLE;
 * VERSION_CONFLICT if there is a file of this id
 */
export async function uploadFile(
  { files, clock }: { readonly files: FileStore; readonly clock: Clock },
  { workspaceId, contentType, name, content, fileId }: Upload,
): Promise<FileRecord> {
  if (!UPLOAD_MEDIA_TYPES.includes(contentType))
    throw new MillraceError("UNSUPPORTED_MEDIA_TYPE", `Send one of ${UPLOAD_MEDIA_TYPES.join(", ")}`);
  if (content.length === 0) throw new MillraceError("BODY_EMPTY", "Send the file's bytes as the body");
  if (!looksLike(contentType, content))
    throw new MillraceError("FILE_TYPE_MISMATCH", `The bytes are not those of "${contentType}"`);
  const now = clock.now();
  const file: FileRecord = {
    workspaceId,
    fileId: fileId ?? newId("file", now),
    ...(name && { name: displayName(name) }),
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
    contentType,
    uploadedAt: now,
  };
  await files.create(file, content);
  return file;
}

/** A name is shown to people: control characters and direction marks could make it show something else. */
function displayName(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}]/gu, "");
}
