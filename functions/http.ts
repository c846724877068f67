import { app } from "@azure/functions";
import { createHandler } from "../src/http/handler.ts";
import { AUTH_LEVEL_OF, registeredMethods } from "../src/http/route.ts";
import { ROUTES } from "../src/http/routes.ts";
import { millrace } from "../src/main.ts";

ROUTES.forEach((route) => {
  app.http(route.name, {
    methods: registeredMethods(route),
    route: route.path,
    authLevel: AUTH_LEVEL_OF[route.access],
    handler: createHandler(millrace, route),
  });
});
