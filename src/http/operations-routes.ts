import { overviewSchema, repairSchema } from "../contract/operations-view.ts";
import { repair } from "../operations/repair.ts";
import { presentOverview, presentRepair } from "./present-operations.ts";
import { defineRoute } from "./route.ts";
import type { Route } from "./route.ts";

export const operationsRoutes: readonly Route[] = [
  defineRoute({
    name: "ops-overview",
    methods: ["GET"],
    path: "api/ops/overview",
    access: "operator",
    tag: "operations",
    summary: "How many jobs and batches there are, and whether the books balance",
    answers: { 200: { description: "As it was a few seconds ago at most", schema: overviewSchema } },
    problems: ["STORAGE_UNAVAILABLE"],
    handle: async ({ overview }) => ({ status: 200, json: presentOverview(await overview.read()) }),
  }),

  defineRoute({
    name: "ops-repair",
    methods: ["POST"],
    path: "api/ops/repair",
    access: "operator",
    tag: "operations",
    summary: "Run the supervisor and the consistency check now",
    answers: { 200: { description: "What was found and mended, within a minute", schema: repairSchema } },
    problems: ["STORAGE_UNAVAILABLE"],
    handle: async (app, { logSink }) => ({ status: 200, json: presentRepair(await repair(app, logSink)) }),
  }),
];
