import type { ProfileRegistry } from "../profiles/registry.ts";
import { batchRoutes } from "./batch-routes.ts";
import { bulkReplayRoutes } from "./bulk-replay-routes.ts";
import { callbackRoutes } from "./callback-routes.ts";
import { deadLetterRoutes } from "./dead-letter-routes.ts";
import { fileRoutes } from "./file-routes.ts";
import { jobRoutes } from "./job-routes.ts";
import { createOpenApi } from "./openapi.ts";
import { operationsRoutes } from "./operations-routes.ts";
import { poisonRoutes } from "./poison-routes.ts";
import { profileRoutes } from "./profile-routes.ts";
import { defineRoute } from "./route.ts";
import type { Route } from "./route.ts";
import { scheduleRoutes } from "./schedule-routes.ts";
import { serviceRoutes } from "./service-routes.ts";

const opsRoutes = [...operationsRoutes, ...deadLetterRoutes, ...bulkReplayRoutes, ...poisonRoutes, ...scheduleRoutes];

const described: readonly Route[] = [
  ...jobRoutes,
  ...callbackRoutes,
  ...batchRoutes,
  ...fileRoutes,
  ...profileRoutes,
  ...opsRoutes,
  ...serviceRoutes,
];

const documents = new WeakMap<ProfileRegistry, string>();

/** The document does not change while the process lives, so it is made once, when it is first asked for. */
function openApiText(profiles: ProfileRegistry): string {
  const text = documents.get(profiles) ?? JSON.stringify(createOpenApi(ROUTES, profiles.all));
  documents.set(profiles, text);
  return text;
}

/** THE table: every route of the API. The functions, the wrapper and the API document are made of it. */
export const ROUTES: readonly Route[] = [
  ...described,
  defineRoute({
    name: "openapi",
    methods: ["GET"],
    path: "api/openapi.json",
    access: "open",
    tag: "service",
    summary: "This API, as OpenAPI 3.1",
    answers: { 200: { description: "The document", mediaType: "application/json" } },
    problems: [],
    handle: ({ profiles }) => ({
      status: 200,
      headers: { "content-type": "application/json" },
      text: openApiText(profiles),
    }),
  }),
];
