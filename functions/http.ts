import { app } from "@azure/functions";
import { httpFunctionOf } from "../src/http/http-function.ts";
import { ROUTES } from "../src/http/routes.ts";
import { millrace } from "../src/main.ts";

ROUTES.forEach((route) => {
  app.http(route.name, httpFunctionOf(millrace, route));
});
