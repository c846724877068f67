import type { FileHandle } from "node:fs/promises";

/** Writes all of it there: one write may take only a part, on a disk that is filling up or of very many bytes. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    if (bytesWritten === 0) throw new Error("the file system takes no more bytes");
    written += bytesWritten;
  }
}
