import type { BatchStore } from "../batches/batch-store.ts";
import {
  batchIdSchema,
  deadLetterIdSchema,
  fileIdSchema,
  jobIdSchema,
  operationIdSchema,
  workspaceIdSchema,
} from "../contract/ids.ts";
import type { FileStore } from "../files/file-store.ts";
import type { Job } from "../jobs/life/job.ts";
import { isTerminal } from "../jobs/life/lifecycle.ts";
import { isUndoing } from "../jobs/life/undo.ts";
import type { DeadLetterStore } from "../jobs/store/dead-letter-store.ts";
import type { JobStore } from "../jobs/store/job-store.ts";
import type { Container, StoredBlob } from "../platform/blobs.ts";
import type { Clock } from "../platform/clock.ts";
import { InvariantError } from "../platform/errors.ts";
import type { FindingsBook } from "./findings.ts";
import { forEach } from "./pass.ts";
import type { Pass } from "./pass.ts";

export interface CheckBlobsDeps {
  readonly jobs: JobStore;
  readonly files: FileStore;
  readonly deadLetters: DeadLetterStore;
  readonly batches: BatchStore;
  readonly content: Container;
  readonly clock: Clock;
}

interface Check {
  readonly deps: CheckBlobsDeps;
  readonly pass: Pass;
  readonly findings: FindingsBook;
}

/** The folders of the container, each with what stands in it. */
export const BLOB_FOLDERS = ["payloads", "artifacts", "checkpoints", "files", "messages", "batches"] as const;
type BlobFolder = (typeof BLOB_FOLDERS)[number];

/** Blobs are written before the rows that name them: one that is younger may only be waiting for its row. */
const ROW_COMES_WITHIN_MS = 3_600_000;

/**
 * Deletes blobs that nobody can name: those of jobs, files and letters that are not there, and checkpoints of operations
 * that have ended. A blob is found before its owner is looked for, so an owner that is missing then will not come.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function checkBlobs({ deps, pass, findings }: Check, folder: BlobFolder): Promise<void> {
  const before = new Date(deps.clock.now().getTime() - ROW_COMES_WITHIN_MS);
  await forEach(blobsOf(deps, pass, folder), async (blob) => {
    if (blob.modifiedAt > before) return;
    const name = readBlobName(blob.name);
    const finding = name ? decideBlob(name, await ownerOf(deps, name)) : "unreadable";
    if (!finding) return;
    if (finding !== "unreadable") await deps.content.delete(blob.name);
    findings.add(finding, blob.name);
  });
}

/** `unreadable`: it is there all the same, and what it owns is not for us to judge. */
type Owner = Job | "file" | "letter" | "batch" | "unreadable" | undefined;

/** What is wrong with a blob of this name whose owner is this. Pure. */
export function decideBlob(name: BlobName, owner: Owner): "blobOfNothing" | "checkpointOfEnded" | undefined {
  if (owner === undefined) return "blobOfNothing";
  if (name.folder !== "checkpoints" || typeof owner === "string") return undefined;
  const isCurrent = owner.operationId === name.operationId && (!isTerminal(owner.phase) || isUndoing(owner));
  return isCurrent ? undefined : "checkpointOfEnded";
}

interface MessageName {
  readonly folder: "messages";
  /** Of the message's letter. */
  readonly ownerId: string;
}

interface NameInWorkspace {
  readonly folder: Exclude<BlobFolder, "messages">;
  readonly workspaceId: string;
  /** Of a job, or of a file. */
  readonly ownerId: string;
  readonly operationId: string | undefined;
}

export type BlobName = MessageName | NameInWorkspace;

/** What the parts of a blob's name say; nothing if it is none of ours. */
export function readBlobName(name: string): BlobName | undefined {
  const [first, workspaceId, ownerId = "", operationId] = name.split("/");
  const folder = BLOB_FOLDERS.find((candidate) => candidate === first);
  const ofWorkspace = workspaceIdSchema.safeParse(workspaceId);
  if (folder === "messages") return readMessageName(workspaceId);
  if (!folder || !ofWorkspace.success) return undefined;
  const ownerSchema = OWNER_SCHEMAS[folder];
  if (!ownerSchema.safeParse(ownerId).success) return undefined;
  if (folder === "checkpoints" && !operationIdSchema.safeParse(operationId).success) return undefined;
  return { folder, workspaceId: ofWorkspace.data, ownerId, operationId };
}

const OWNER_SCHEMAS = {
  files: fileIdSchema,
  batches: batchIdSchema,
  payloads: jobIdSchema,
  artifacts: jobIdSchema,
  checkpoints: jobIdSchema,
} as const;

/** `{dead letter}.json`. */
function readMessageName(file = ""): MessageName | undefined {
  const { data: ownerId } = deadLetterIdSchema.safeParse(file.replace(/\.json$/, ""));
  return ownerId === undefined ? undefined : { folder: "messages", ownerId };
}

async function* blobsOf({ content }: CheckBlobsDeps, pass: Pass, folder: BlobFolder): AsyncGenerator<StoredBlob> {
  for await (const blob of content.list(folder)) {
    if (pass.isOver()) return;
    yield blob;
  }
}

async function ownerOf({ jobs, files, deadLetters, batches }: CheckBlobsDeps, name: BlobName): Promise<Owner> {
  try {
    if (name.folder === "messages") return (await deadLetters.get(name.ownerId)) && "letter";
    const { folder, workspaceId, ownerId } = name;
    if (folder === "files") return (await files.find({ workspaceId, fileId: ownerId })) && "file";
    if (folder === "batches") return (await batches.get({ workspaceId, batchId: ownerId })) && "batch";
    return (await jobs.get({ workspaceId, jobId: ownerId }))?.job;
  } catch (thrown) {
    if (thrown instanceof InvariantError) return "unreadable";
    throw thrown;
  }
}
