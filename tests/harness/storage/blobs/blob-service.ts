import { StorageFault, invalidInput } from "../wire.ts";
import type { ServiceOptions, WireRequest, WireResponse } from "../wire.ts";
import { answerInXml } from "../xml-service.ts";
import type { Blob } from "./blob.ts";
import { checkReadCondition, checkWriteCondition } from "./conditions.ts";
import { listBlobs } from "./list-blobs.ts";

/** Blob Storage in memory, block blobs written in one piece: https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api. */
export function createBlobService({ now, onBlob: onChange }: ServiceOptions): {
  handle(request: WireRequest): WireResponse;
} {
  const containers = new Map<string, Map<string, Blob>>();
  let versions = 0;
  const blobsOf = (name: string) => {
    const blobs = containers.get(name);
    if (!blobs) throw new StorageFault(404, "ContainerNotFound");
    return blobs;
  };
  const onContainer = (name: string, { method, query }: WireRequest): WireResponse => {
    if (method === "PUT") {
      if (containers.has(name)) throw new StorageFault(409, "ContainerAlreadyExists");
      containers.set(name, new Map());
      return { status: 201, headers: { etag: '"0x0"', "last-modified": now().toUTCString() } };
    }
    const blobs = blobsOf(name);
    if (method === "DELETE") {
      containers.delete(name);
      return { status: 202, headers: {} };
    }
    if (query.get("comp") === "list") return listBlobs(name, blobs, query);
    return { status: 200, headers: { etag: '"0x0"', "last-modified": now().toUTCString() } };
  };
  const put = (blobs: Map<string, Blob>, name: string, { header, body }: WireRequest): WireResponse => {
    if (header("x-ms-blob-type") !== "BlockBlob") throw invalidInput();
    checkWriteCondition(blobs.get(name), header);
    const etag = `"0x${(++versions).toString(16).toUpperCase()}"`;
    const contentType = header("x-ms-blob-content-type") ?? "application/octet-stream";
    const blob = { name, bytes: body, contentType, etag, modifiedAt: now() };
    blobs.set(name, blob);
    onChange?.(name, body);
    return { status: 201, headers: { etag, "last-modified": blob.modifiedAt.toUTCString() } };
  };
  const onBlob = (container: string, name: string, request: WireRequest): WireResponse => {
    const blobs = blobsOf(container);
    if (request.method === "PUT" && !request.query.has("comp")) return put(blobs, name, request);
    const blob = blobs.get(name);
    if (!blob) throw new StorageFault(404, "BlobNotFound");
    if (request.method === "DELETE") {
      checkWriteCondition(blob, request.header);
      blobs.delete(name);
      onChange?.(name, undefined);
      return { status: 202, headers: {} };
    }
    if (request.method !== "GET" && request.method !== "HEAD") throw invalidInput();
    checkReadCondition(blob, request.header);
    return read(blob, request);
  };
  return {
    handle: (request) =>
      answerInXml(request.method, () => {
        const slash = request.path.indexOf("/");
        if (request.query.get("restype") === "container") return onContainer(request.path, request);
        return onBlob(request.path.slice(0, slash), request.path.slice(slash + 1), request);
      }),
  };
}

function read({ bytes, contentType, etag, modifiedAt }: Blob, { method, header }: WireRequest): WireResponse {
  const headers = {
    etag,
    "content-type": contentType,
    "last-modified": modifiedAt.toUTCString(),
    "x-ms-blob-type": "BlockBlob",
    "accept-ranges": "bytes",
  };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(header("x-ms-range") ?? header("range") ?? "") ?? [];
  if (method === "HEAD") return { status: 200, headers: { ...headers, "content-length": String(bytes.length) } };
  if (from === undefined)
    return { status: 200, headers: { ...headers, "content-length": String(bytes.length) }, body: bytes };
  if (Number(from) >= bytes.length) throw new StorageFault(416, "InvalidRange");
  const last = to ? Math.min(Number(to), bytes.length - 1) : bytes.length - 1;
  const part = bytes.subarray(Number(from), last + 1);
  const range = `bytes ${from}-${String(last)}/${String(bytes.length)}`;
  return {
    status: 206,
    headers: { ...headers, "content-length": String(part.length), "content-range": range },
    body: part,
  };
}
