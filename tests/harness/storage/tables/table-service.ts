import { StorageFault } from "../wire.ts";
import type { RowCommit, ServiceOptions, WireRequest, WireResponse } from "../wire.ts";
import { batchAnswer, batchFailure, changesIn } from "./batch.ts";
import { applyChange } from "./change.ts";
import type { Change } from "./change.ts";
import { parseEntityPath } from "./entity-path.ts";
import { toJson } from "./entity.ts";
import { queryPage } from "./query.ts";
import { createRows } from "./rows.ts";
import type { Rows } from "./rows.ts";
import { createStamps } from "./stamps.ts";
import { toChange } from "./to-change.ts";

/**
 * Table Storage in memory, after https://learn.microsoft.com/rest/api/storageservices/table-service-rest-api: what the
 * tables SDK sends for the operations that are used here, with the real status and error codes.
 */
export function createTableService(options: ServiceOptions): { handle(request: WireRequest): WireResponse } {
  const tables = new Map<string, Rows>();
  const stamp = createStamps(options.now);
  let transactions = 0;
  const rowsOf = (table: string) => {
    const rows = tables.get(table);
    if (!rows) throw new StorageFault(404, "TableNotFound");
    return rows;
  };
  /** All changes or none. */
  const commit = (changes: readonly Change[]) => {
    const before = changes.map(({ table, partitionKey, rowKey }) => rowsOf(table).get(partitionKey, rowKey));
    const done: RowCommit[] = [];
    const transaction = ++transactions;
    for (const [index, change] of changes.entries()) {
      try {
        const after = applyChange(before[index], change, stamp);
        done.push({ transaction, table: change.table, before: before[index], after });
      } catch (thrown) {
        throw thrown instanceof StorageFault ? new FailedChange(index, thrown) : thrown;
      }
    }
    for (const [index, { after }] of done.entries()) {
      const { table, partitionKey, rowKey } = changes[index] as Change;
      rowsOf(table).set(partitionKey, rowKey, after);
    }
    for (const each of done) options.onCommit?.(each);
    return done;
  };

  const createTable = ({ body }: WireRequest): WireResponse => {
    const { TableName: name } = JSON.parse(body.toString()) as { readonly TableName: string };
    if (tables.has(name)) throw new StorageFault(409, "TableAlreadyExists");
    tables.set(name, createRows());
    return json(201, { TableName: name });
  };
  const batch = (request: WireRequest): WireResponse => {
    const changes = changesIn(request.body.toString());
    try {
      return batchAnswer(changes, commit(changes));
    } catch (thrown) {
      if (thrown instanceof FailedChange) return batchFailure(thrown.index, thrown.fault);
      throw thrown;
    }
  };
  const read = (request: WireRequest): WireResponse => {
    const { table, key } = parseEntityPath(request.path);
    if (!key) return queryPage(rowsOf(table), request);
    const entity = rowsOf(table).get(key.partitionKey, key.rowKey);
    if (!entity) throw new StorageFault(404, "ResourceNotFound");
    return json(200, toJson(entity), { etag: entity.etag });
  };
  const write = (request: WireRequest): WireResponse => {
    const change = changesOf(request);
    const [{ after } = { after: undefined }] = commit([change]);
    const headers = after ? { etag: after.etag } : {};
    const wantsBody = change.kind === "insert" && request.header("prefer") !== "return-no-content";
    return wantsBody && after ? json(201, toJson(after), headers) : { status: 204, headers };
  };
  return {
    handle(request) {
      try {
        if (request.method === "POST" && request.path === "Tables") return createTable(request);
        if (request.method === "POST" && request.path === "$batch") return batch(request);
        return request.method === "GET" ? read(request) : write(request);
      } catch (thrown) {
        const fault = thrown instanceof FailedChange ? thrown.fault : thrown;
        if (fault instanceof StorageFault) return failure(fault);
        throw thrown;
      }
    },
  };
}

class FailedChange extends Error {
  readonly index: number;
  readonly fault: StorageFault;

  constructor(index: number, fault: StorageFault) {
    super(fault.code);
    this.index = index;
    this.fault = fault;
  }
}

function changesOf({ method, path, body, header }: WireRequest): Change {
  const { table, key } = parseEntityPath(path);
  return toChange({ method, table, key, ifMatch: header("if-match"), body: body.toString() });
}

function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): WireResponse {
  return {
    status,
    headers: { "content-type": "application/json;odata=minimalmetadata;charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}

function failure({ status, code }: StorageFault): WireResponse {
  return json(
    status,
    { "odata.error": { code, message: { lang: "en-US", value: code } } },
    { "x-ms-error-code": code },
  );
}
