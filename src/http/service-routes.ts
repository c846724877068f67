import { z } from "zod";
import { healthViewSchema } from "../contract/health-view.ts";
import type { HealthView } from "../contract/health-view.ts";
import { codeOfProblemType } from "../contract/problem.ts";
import { MillraceError } from "../platform/errors.ts";
import { docsAsset, docsPage } from "./docs-page.ts";
import { problemPage } from "./problem-page.ts";
import { defineRoute } from "./route.ts";
import type { Reply, Route } from "./route.ts";

/** What tells about the service itself. The API document stands in `openapi.ts`, since it is made of this table. */
export const serviceRoutes: readonly Route[] = [
  defineRoute({
    name: "health-live",
    methods: ["GET"],
    path: "api/health/live",
    access: "open",
    tag: "service",
    summary: "Whether the process answers",
    answers: { 200: { description: "It does", schema: healthViewSchema } },
    problems: [],
    handle: () => ({ status: 200, json: { status: "ok" } satisfies HealthView }),
  }),

  defineRoute({
    name: "health-ready",
    methods: ["GET"],
    path: "api/health/ready",
    access: "open",
    tag: "service",
    summary: "Whether the services it cannot work without answer",
    answers: {
      200: { description: "All of them do", schema: healthViewSchema },
      503: { description: "One does not", schema: healthViewSchema },
    },
    problems: [],
    async handle({ storage }) {
      const checks = await storage.check();
      const status = Object.values(checks).every((state) => state === "ok") ? "ok" : "failing";
      return { status: status === "ok" ? 200 : 503, json: { status, checks } satisfies HealthView };
    },
  }),

  defineRoute({
    name: "docs-page",
    methods: ["GET"],
    path: "api/docs",
    access: "open",
    tag: "service",
    summary: "The reference page of this API",
    answers: { 200: { description: "A page", mediaType: "text/html" } },
    problems: [],
    handle: () => html(docsPage()),
  }),

  defineRoute({
    name: "docs-asset",
    methods: ["GET"],
    path: "api/docs/{asset}",
    access: "open",
    tag: "service",
    summary: "Scripts and styles of the reference page",
    params: z.object({ asset: z.string() }),
    answers: { 200: { description: "A script or a style sheet", mediaType: "text/javascript" } },
    problems: ["NOT_FOUND"],
    async handle(_, { params }) {
      const { bytes, contentType } = await docsAsset(params.asset);
      return { status: 200, headers: { "content-type": contentType, "cache-control": "public, max-age=3600" }, bytes };
    },
  }),

  defineRoute({
    name: "problems-get",
    methods: ["GET"],
    path: "problems/{problem}",
    access: "open",
    tag: "service",
    summary: "The page that a problem's `type` names",
    params: z.object({ problem: z.string() }),
    answers: { 200: { description: "A page", mediaType: "text/html" } },
    problems: ["NOT_FOUND"],
    handle(_, { params }) {
      const code = codeOfProblemType(params.problem);
      if (!code) throw new MillraceError("NOT_FOUND", "There is no such problem");
      return html(problemPage(code));
    },
  }),

  defineRoute({
    // Named to come last: the host takes the first match in the order of names.
    name: "unmatched",
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    path: "api/{*path}",
    access: "open",
    tag: "service",
    summary: "Everything else",
    answers: {},
    problems: ["NOT_FOUND"],
    handle: () => {
      throw new MillraceError("NOT_FOUND", "There is no such route");
    },
  }),
];

function html(text: string): Reply {
  return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, text };
}
