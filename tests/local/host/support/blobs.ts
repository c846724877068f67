import { BlobServiceClient } from "@azure/storage-blob";
import { until } from "./until.ts";

export interface TestBlobs {
  readonly service: BlobServiceClient;
  /** Writes a blob, creating its container. */
  write(path: string, content: string | Buffer): Promise<void>;
  /** The content of a blob, waiting for it. */
  read(path: string): Promise<Buffer>;
  names(container: string, prefix?: string): Promise<readonly string[]>;
}

export function openTestBlobs(connectionString: string): TestBlobs {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const split = (path: string) => ({
    container: service.getContainerClient(path.slice(0, path.indexOf("/"))),
    name: path.slice(path.indexOf("/") + 1),
  });
  return {
    service,
    async write(path, content) {
      const { container, name } = split(path);
      await container.createIfNotExists();
      await container.getBlockBlobClient(name).upload(content, Buffer.byteLength(content));
    },
    async read(path) {
      const { container, name } = split(path);
      const blob = container.getBlobClient(name);
      await until(() => blob.exists(), `the blob "${path}"`);
      return blob.downloadToBuffer();
    },
    async names(containerName, prefix = "") {
      const names: string[] = [];
      for await (const { name } of service.getContainerClient(containerName).listBlobsFlat({ prefix }))
        names.push(name);
      return names;
    },
  };
}
