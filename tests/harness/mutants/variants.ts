import type { App } from "../../../src/app.ts";
import type { ItemStore } from "../../../src/batches/item-store.ts";
import type { JobStore } from "../../../src/jobs/store/job-store.ts";
import type { Table } from "../../../src/platform/tables.ts";
import { AS_IT_IS } from "../actors/site.ts";
import type { Variant } from "../actors/site.ts";
import type { WireRequest } from "../storage/wire.ts";

/** The product with other jobs under it. */
export function withJobs(wrap: (jobs: JobStore, table: Table) => JobStore): Variant {
  return { ...AS_IT_IS, app: (app) => ({ ...app, jobs: wrap(app.jobs, app.storage.jobs) }) };
}

/** The product with other items of batches under it. */
export function withItems(wrap: (items: ItemStore, app: App) => ItemStore): Variant {
  return { ...AS_IT_IS, app: (app) => ({ ...app, items: wrap(app.items, app) }) };
}

/** Every If-Match says `*`, in the request's own header and in the parts of a transaction. */
export function withoutConditions(request: WireRequest): WireRequest {
  const { header, body } = request;
  return {
    ...request,
    header: (name) => (name === "if-match" && header(name) !== undefined ? "*" : header(name)),
    body: request.path === "$batch" ? Buffer.from(body.toString().replace(/^if-match:.*$/gim, "if-match: *")) : body,
  };
}

/** What a transaction replaces or deletes among the rows of this kind is left out of it. Inserts stay. */
export function withoutRows(kind: string): (request: WireRequest) => WireRequest {
  return withoutParts(new RegExp(`^(PUT|DELETE) \\S+RowKey='${kind}(\\||%7C)`, "m"));
}

/** The same for all parts that look like this. */
export function withoutParts(pattern: RegExp): (request: WireRequest) => WireRequest {
  return (request) => {
    const text = request.body.toString();
    const boundary = /boundary=(changeset_[\w-]+)/.exec(text)?.[1];
    if (request.path !== "$batch" || !boundary) return request;
    const parts = text.split(`--${boundary}`).filter((part) => !pattern.test(part));
    return { ...request, body: Buffer.from(parts.join(`--${boundary}`)) };
  };
}
