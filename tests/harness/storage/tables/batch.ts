import { StorageFault, invalidInput } from "../wire.ts";
import type { RowCommit, WireResponse } from "../wire.ts";
import type { Change } from "./change.ts";
import { parseEntityPath } from "./entity-path.ts";
import { toChange } from "./to-change.ts";

/** https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions */
const MAX_CHANGES = 100;

/** The changes of an entity group transaction: a multipart body whose parts are HTTP requests. */
export function changesIn(body: string): Change[] {
  const changeset = /boundary=(changeset_[\w-]+)/.exec(body)?.[1];
  if (!changeset) throw invalidInput();
  const parts = body.split(`--${changeset}`).slice(1, -1);
  const changes = parts.map(parseRequest);
  if (changes.length > MAX_CHANGES) throw invalidInput();
  if (new Set(changes.map(({ partitionKey }) => partitionKey)).size > 1)
    throw new StorageFault(400, "CommandsInBatchActOnDifferentPartitions");
  if (new Set(changes.map(({ rowKey }) => rowKey)).size < changes.length)
    throw new StorageFault(400, "InvalidDuplicateRow");
  return changes;
}

function parseRequest(part: string): Change {
  const [, method, url, rest = ""] = /^(POST|PUT|PATCH|MERGE|DELETE) (\S+) HTTP\/1\.1\r?\n([\s\S]*)$/m.exec(part) ?? [];
  if (!method || !url) throw invalidInput();
  const [head = "", ...bodies] = rest.split(/\r?\n\r?\n/);
  const ifMatch = /^if-match: *(.+?)\r?$/im.exec(head)?.[1];
  const path = decodeURIComponent(new URL(url).pathname.slice(1));
  return toChange({ method, ...parseEntityPath(path), ifMatch, body: bodies.join("\n\n").trim() });
}

const BATCH = "batchresponse_simulated";
const CHANGESET = "changesetresponse_simulated";

export function batchAnswer(changes: readonly Change[], done: readonly RowCommit[]): WireResponse {
  const parts = changes.map(({ table, partitionKey, rowKey }, index) => {
    const etag = done[index]?.after?.etag;
    const id = `http://table.simulated/${table}(PartitionKey='${partitionKey}',RowKey='${rowKey}')`;
    return [
      "HTTP/1.1 204 No Content",
      "DataServiceVersion: 1.0;",
      `Location: ${id}`,
      `DataServiceId: ${id}`,
      ...(etag ? [`ETag: ${etag}`] : []),
    ];
  });
  return multipart(parts);
}

/** The one answer of a transaction that failed: it begins with the place of the change that was refused. */
export function batchFailure(index: number, { status, code }: StorageFault): WireResponse {
  const message = { lang: "en-US", value: `${String(index)}:${code}` };
  return multipart([
    [
      `HTTP/1.1 ${String(status)} ${code}`,
      "Content-Type: application/json;odata=minimalmetadata;charset=utf-8",
      "",
      JSON.stringify({ "odata.error": { code, message } }),
    ],
  ]);
}

function multipart(parts: readonly (readonly string[])[]): WireResponse {
  const lines = [
    `--${BATCH}`,
    `Content-Type: multipart/mixed; boundary=${CHANGESET}`,
    "",
    ...parts.flatMap((part) => [
      `--${CHANGESET}`,
      "Content-Type: application/http",
      "Content-Transfer-Encoding: binary",
      "",
      ...part,
      "",
      "",
    ]),
    `--${CHANGESET}--`,
    `--${BATCH}--`,
    "",
  ];
  // The SDK reads on until the end of the line: a carriage return would become part of an etag.
  return { status: 202, headers: { "content-type": `multipart/mixed; boundary=${BATCH}` }, body: lines.join("\n") };
}
