import type { HttpFunctionOptions, HttpMethod } from "@azure/functions";
import { withOrchestrations } from "../app.ts";
import type { App } from "../app.ts";
import { TASK_HUB, orchestrationsOf } from "../platform/orchestrations.ts";
import { createHandler } from "./handler.ts";
import type { Access, Route } from "./route.ts";

/** A row of the route table as a function, to be registered with the host under the route's name. */
export function httpFunctionOf(app: App, route: Route): HttpFunctionOptions {
  return {
    methods: methodsOf(route),
    route: route.path,
    authLevel: AUTH_LEVEL_OF[route.access],
    ...(route.tellsOrchestrations
      ? {
          extraInputs: [TASK_HUB],
          handler: async (request, context) =>
            createHandler(withOrchestrations(app, orchestrationsOf(context)), route)(request, context),
        }
      : { handler: createHandler(app, route) }),
  };
}

/** Whoever may GET may also ask for the headers alone. */
function methodsOf({ methods }: Route): HttpMethod[] {
  return methods.includes("GET") && !methods.includes("HEAD") ? [...methods, "HEAD"] : [...methods];
}

/** The host's word for each. `func start` and the embedded host ask for no keys unless told to; Azure does. */
const AUTH_LEVEL_OF = { open: "anonymous", key: "function", operator: "admin" } as const satisfies Record<
  Access,
  string
>;
