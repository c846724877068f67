import type { Container } from "../../platform/blobs.ts";
import { MillraceError } from "../../platform/errors.ts";
import { newToken } from "../../platform/ids.ts";
import { MAX_COLUMN_CHARACTERS } from "../../platform/json-columns.ts";
import type { Content, JobRef } from "../life/job.ts";

/** What the row spends on `{"inline":}` around the value. */
const WRAPPING_CHARACTERS = 16;

/** Keeps a JSON value in the row if it fits there, and in a blob of this name if not (the claim check pattern). */
export async function keepContent(container: Container, blobName: string, value: unknown): Promise<Content> {
  const text = JSON.stringify(value);
  if (text.length + WRAPPING_CHARACTERS <= MAX_COLUMN_CHARACTERS) return { inline: value };
  const bytes = Buffer.from(text);
  await container.put(blobName, bytes, "application/json");
  return { blob: blobName, bytes: bytes.length };
}

/** @throws MillraceError STORAGE_UNAVAILABLE, also when the blob is not there: the row says that it must be */
export async function readContent(container: Container, content: Content): Promise<unknown> {
  const found = await findContent(container, content);
  if (!found) throw new MillraceError("STORAGE_UNAVAILABLE", "The stored content of this job cannot be read");
  return found.value;
}

/** Nothing, when its blob is gone. @throws MillraceError STORAGE_UNAVAILABLE */
export async function findContent(
  container: Container,
  content: Content,
): Promise<{ readonly value: unknown } | undefined> {
  if (!("blob" in content)) return { value: content.inline };
  const bytes = await container.get(content.blob);
  return bytes && { value: JSON.parse(bytes.toString()) as unknown };
}

/** Holds the payloads of all operations of the job. */
export function payloadFolder({ workspaceId, jobId }: JobRef): string {
  return `payloads/${workspaceId}/${jobId}`;
}

/** A name for one more payload of the job. */
export function payloadBlob(ref: JobRef): string {
  return `${payloadFolder(ref)}/${newToken()}.json`;
}
