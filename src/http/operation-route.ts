import { z } from "zod";
import { operationIdSchema } from "../contract/ids.ts";
import { operationViewSchema } from "../contract/job-view.ts";
import { findOperation } from "../jobs/find-operation.ts";
import { explainWait } from "../jobs/waits/explain-wait.ts";
import { MillraceError } from "../platform/errors.ts";
import { JOBS_TAG } from "./job-params.ts";
import { UNCACHED, headersOf } from "./job-reply.ts";
import { presentOperation } from "./present-operation.ts";
import { defineRoute } from "./route.ts";

export const operationRoute = defineRoute({
  name: "operations-get",
  methods: ["GET"],
  path: "api/operations/{operation_id}",
  access: "key",
  tag: JOBS_TAG,
  summary: "Read an operation, in the shape of Azure's long-running operations",
  params: z.object({ operation_id: operationIdSchema }),
  answers: { 200: { description: "The operation", schema: operationViewSchema, headers: ["ETag", "Retry-After"] } },
  problems: ["NOT_FOUND", "STORAGE_UNAVAILABLE"],
  async handle(app, { workspaceId, params, origin }) {
    const found = await findOperation(app, { workspaceId, operationId: params.operation_id });
    if (!found) throw new MillraceError("NOT_FOUND", "There is no operation with this id in this workspace");
    const headers = found.end ? UNCACHED : headersOf(app, found.job, await explainWait(app, found.job));
    return { status: 200, headers, json: presentOperation(found, origin) };
  },
});
