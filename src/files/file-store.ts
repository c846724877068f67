import { z } from "zod";
import { fileIdSchema, workspaceIdSchema } from "../contract/ids.ts";
import type { Container } from "../platform/blobs.ts";
import { InvariantError, MillraceError } from "../platform/errors.ts";
import { PARTITIONS, partitionOfId, partsOfRowKey, rowKeyOf } from "../platform/partitions.ts";
import { odata } from "../platform/tables.ts";
import type { Row, RowKey, Table } from "../platform/tables.ts";

const fileSchema = z.object({
  workspaceId: workspaceIdSchema,
  fileId: fileIdSchema,
  /** For display only. */
  name: z.string().optional(),
  bytes: z.int(),
  sha256: z.string(),
  contentType: z.string(),
  uploadedAt: z.date(),
});

/** What is known of an uploaded file. The row is written after the blob, so a file that has a row can be read. */
export type FileRecord = z.infer<typeof fileSchema>;

export interface StoredFile {
  readonly file: FileRecord;
  readonly content: Buffer;
}

interface FileRef {
  readonly workspaceId: string;
  readonly fileId: string;
}

export interface FileStore {
  /** @throws MillraceError STORAGE_UNAVAILABLE */
  find(ref: FileRef): Promise<FileRecord | undefined>;
  /** @throws MillraceError FILE_NOT_FOUND */
  read(ref: FileRef): Promise<StoredFile>;
  create(file: FileRecord, content: Buffer): Promise<void>;
  /** Files that were uploaded before this time, at most `limit`. */
  listOlder(before: Date, limit: number): Promise<FileRef[]>;
  /** Deletes a file; calm if it is gone. From the row on, so that a file that can be found can be read. */
  delete(ref: FileRef): Promise<void>;
}

export function createFileStore(table: Table, container: Container): FileStore {
  const find = async (ref: FileRef) => {
    const stored = await table.get(fileKey(ref));
    return stored && fromRow(stored.row);
  };
  return {
    find,
    async read(ref) {
      const file = await find(ref);
      const content = file && (await container.get(blobName(ref)));
      if (file && content) return { file, content };
      throw new MillraceError("FILE_NOT_FOUND", `There is no file "${ref.fileId}" in this workspace`);
    },
    async create(file, content) {
      await container.put(blobName(file), content, file.contentType);
      await table.create({ ...fileKey(file), ...file });
    },
    async listOlder(before, limit) {
      const found: FileRef[] = [];
      for (const partition of PARTITIONS) {
        const filter = odata`PartitionKey eq ${partition} and uploadedAt lt ${before}`;
        const rows = await table.list({ filter, limit: limit - found.length, select: [] });
        found.push(...rows.map(({ row }) => refOf(row)));
        if (found.length === limit) break;
      }
      return found;
    },
    async delete(ref) {
      await table.delete(fileKey(ref), "*");
      await container.delete(blobName(ref));
    },
  };
}

function fileKey({ workspaceId, fileId }: FileRef): RowKey {
  return { partitionKey: partitionOfId(fileId), rowKey: rowKeyOf(workspaceId, fileId) };
}

/** The file that a row's key names. */
function refOf({ rowKey }: Row): FileRef {
  const [workspaceId = "", fileId = ""] = partsOfRowKey(rowKey);
  return { workspaceId, fileId };
}

function blobName({ workspaceId, fileId }: FileRef): string {
  return `files/${workspaceId}/${fileId}`;
}

function fromRow(row: Row): FileRecord {
  const parsed = fileSchema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new InvariantError("7be0d914", `Cannot read row "${row.rowKey}" as a file`);
}
