import { z } from "zod";
import { createDocument } from "zod-openapi";
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject, ZodOpenApiResponsesObject } from "zod-openapi";
import { ERROR_CODES } from "../contract/error-codes.ts";
import type { ErrorCode } from "../contract/error-codes.ts";
import { PROBLEM_MEDIA_TYPE, problemSchema } from "../contract/problem.ts";
import type { Profile } from "../profiles/define-profile.ts";
import { statusOf } from "./problem.ts";
import type { Answer, Route } from "./route.ts";

/** The API document, made of the route table and the job types: OpenAPI 3.1. */
export function createOpenApi(
  routes: readonly Route[],
  profiles: readonly Profile[],
): ReturnType<typeof createDocument> {
  return createDocument({
    openapi: "3.1.1",
    info: {
      title: "Millrace",
      version: "1",
      description: "Long AI jobs: POST a job, get an id, watch it finish.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    components: {
      securitySchemes: {
        key: { type: "apiKey", in: "header", name: "x-functions-key", description: "A key of the function app" },
        operator: {
          type: "apiKey",
          in: "header",
          name: "x-functions-key",
          description: "The function app's master key",
        },
      },
    },
    paths: pathsOf(
      routes.filter(({ answers }) => Object.keys(answers).length > 0),
      profiles,
    ),
  });
}

function pathsOf(routes: readonly Route[], profiles: readonly Profile[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = `/${route.path}`;
    const operations = route.methods.map((method) => [method.toLowerCase(), operationOf(route, profiles)]);
    paths[path] = { ...paths[path], ...(Object.fromEntries(operations) as object) };
  }
  return paths;
}

const commonHeaders = z.object({
  "x-millrace-workspace": z.string().optional().meta({ description: "The workspace to act in; `default` if absent" }),
});

function operationOf(route: Route, profiles: readonly Profile[]): ZodOpenApiOperationObject {
  return {
    operationId: route.name,
    tags: [route.tag],
    summary: route.summary,
    security: route.access === "open" ? [] : [{ [route.access]: [] }],
    requestParams: {
      ...(route.params && { path: route.params }),
      ...(route.query && { query: route.query }),
      ...headersOf(route),
    },
    ...(route.body && {
      requestBody: { required: isRequired(route.body), content: bodyContent(route.body, profiles) },
    }),
    responses: { ...answersOf(route), ...problemsOf(route) },
  };
}

function isRequired(body: NonNullable<Route["body"]>): boolean {
  return body.kind === "bytes" || !body.isOptional;
}

/** An operator acts in all workspaces. */
function headersOf({ access, headers }: Route): { header?: z.ZodObject } {
  if (access === "key") return { header: headers ? commonHeaders.extend(headers.shape) : commonHeaders };
  return access === "operator" && headers ? { header: headers } : {};
}

function bodyContent(
  body: NonNullable<Route["body"]>,
  profiles: readonly Profile[],
): Record<string, { schema: z.ZodType | object }> {
  if (body.kind === "json") return { "application/json": { schema: body.documented?.(profiles) ?? body.schema } };
  return Object.fromEntries(body.mediaTypes.map((type) => [type, { schema: { type: "string", format: "binary" } }]));
}

function answersOf(route: Route): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, answer]) => [
      status,
      { description: answer.description, ...answerContent(answer), ...answerHeaders(answer) },
    ]),
  );
}

function answerContent({ schema, mediaType }: Answer): object {
  if (schema) return { content: { "application/json": { schema } } };
  if (mediaType) return { content: { [mediaType]: { schema: { type: "string", format: "binary" } } } };
  return {};
}

function answerHeaders({ headers = [] }: Answer): object {
  return { headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: "string" } }])) };
}

/** What the wrapper of every route can refuse a request with. */
const PROBLEMS_OF_ALL = [
  "UNKNOWN_QUERY_PARAMETER",
  "INVALID_HEADER",
  "INTERNAL",
] as const satisfies readonly ErrorCode[];

/** One answer for each status, with every code that can stand in it. */
function problemsOf({ problems }: Route): ZodOpenApiResponsesObject {
  const codes = [...new Set<ErrorCode>([...problems, ...PROBLEMS_OF_ALL])];
  const describe = (status: number) =>
    codes
      .filter((code) => statusOf(code) === status)
      .map((code) => `\`${code}\`: ${ERROR_CODES[code].title}`)
      .join("  \n");
  const content = { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema } };
  return Object.fromEntries(
    codes.map(statusOf).map((status) => [String(status), { description: describe(status), content }]),
  );
}
