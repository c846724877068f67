import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

export interface SamplesServer {
  /** "http://127.0.0.1:49152" */
  readonly origin: string;
  stop(): Promise<void>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".md": "text/markdown; charset=utf-8",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};

/** Serves the files of one folder, and nothing below or beside it, on a free port of 127.0.0.1. */
export async function startSamplesServer(folder: string): Promise<SamplesServer> {
  const server = createServer((request, response) => {
    answer(folder, request, response).catch((error: unknown) => {
      // The file went away, or the client did, while it was being read.
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  const name = readName(request.url ?? "/");
  const size = name === undefined ? undefined : await readSize(join(folder, name));
  if (name === undefined || size === undefined) {
    response.writeHead(404).end();
    return;
  }
  const contentType = CONTENT_TYPES[extname(name)] ?? "application/octet-stream";
  response.writeHead(200, { "content-type": contentType, "content-length": size });
  if (request.method === "HEAD") response.end();
  else
    createReadStream(join(folder, name))
      .on("error", (error) => response.destroy(error))
      .pipe(response);
}

/** Only plain names: a slash, an escape or a leading dot could lead out of the folder. */
function readName(url: string): string | undefined {
  return /^\/([\w-][\w.-]*)(?:\?|$)/.exec(url)?.[1];
}

async function readSize(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch {
    // No such file, which is the usual reason, or none we may read.
    return undefined;
  }
}
