import { beforeAll, describe, expect, it } from "@jest/globals";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { ROUTES } from "../../src/http/routes.ts";
import { echoProfile } from "../support/profiles.ts";
import { createTestApp } from "../support/test-app.ts";
import type { RequestOptions, TestApp, TestResponse } from "../support/test-app.ts";

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<
      string,
      { readonly content?: Readonly<Record<string, { readonly schema: object }>>; readonly headers?: object }
    >
  >;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** What a client is to act on; the document says where to expect it. */
const TOLD_HEADERS = [
  "ETag",
  "Location",
  "Operation-Location",
  "Retry-After",
  "Preference-Applied",
  "Idempotency-Replayed",
];

/** Every route but the catch-all, which answers nothing of its own. */
const described = ROUTES.filter(({ answers }) => Object.keys(answers).length > 0);

describe("the API document", () => {
  let document: { readonly openapi: string; readonly paths: Paths; readonly components: object };
  let test: TestApp;
  beforeAll(async () => {
    test = await createTestApp({ profiles: [echoProfile()] });
    document = (await test.request("GET", "/api/openapi.json")).json as unknown as typeof document;
  });

  it("is valid OpenAPI 3.1 (R-018)", async () => {
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  it("is found invalid by the same check when it is broken", async () => {
    const broken = structuredClone(document) as { openapi: string; paths: unknown };
    broken.paths = { "/api/jobs": { get: { responses: [] } } };
    expect(await new Validator().validate(broken as unknown as Record<string, unknown>)).toMatchObject({
      valid: false,
    });
  });

  it("has every route of the table, and no other", () => {
    const inDocument = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const inTable = described.flatMap(({ methods, path }) => methods.map((method) => `${method} /${path}`));
    expect(inDocument.sort()).toEqual(inTable.sort());
  });

  it("names every status that a route can answer", () => {
    for (const { name, path, methods, answers } of described) {
      const operation = document.paths[`/${path}`]?.[methods[0].toLowerCase()];
      expect(operation?.operationId).toBe(name);
      expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(Object.keys(answers)));
    }
  });

  it("describes what the service really answers, word for word", async () => {
    const seen = new Set<string>();
    const check = async (asked: `${"GET" | "POST"} ${string}`, route: string, options?: RequestOptions) => {
      const [method = "", path = ""] = asked.split(" ");
      const answer = await test.request(method, path, options);
      expectDescribed(method, route, answer);
      seen.add(`${method} ${route} ${answer.status}`);
      return answer;
    };
    const submitted = await check("POST /api/jobs", "/api/jobs", {
      body: { job_type: "echo", payload: { text: "x" } },
    });
    const { job_id: jobId, operation_id: operationId } = submitted.json as Record<string, string>;
    await check(`GET /api/jobs/${String(jobId)}`, "/api/jobs/{job_id}");
    await check(`GET /api/jobs/${String(jobId)}/result`, "/api/jobs/{job_id}/result");
    await test.deliver("job-requests");
    await check(`GET /api/jobs/${String(jobId)}`, "/api/jobs/{job_id}");
    await check(`GET /api/jobs/${String(jobId)}/result`, "/api/jobs/{job_id}/result");
    await check(`GET /api/operations/${String(operationId)}`, "/api/operations/{operation_id}");
    await check(`GET /api/jobs/${String(jobId)}/history`, "/api/jobs/{job_id}/history");
    await check(`POST /api/jobs/${String(jobId)}/cancel`, "/api/jobs/{job_id}/cancel");
    await check(`POST /api/jobs/${String(jobId)}/regenerate`, "/api/jobs/{job_id}/regenerate");
    await check(`POST /api/jobs/${String(jobId)}/regenerate`, "/api/jobs/{job_id}/regenerate");
    await check(`POST /api/jobs/${String(jobId)}/cancel`, "/api/jobs/{job_id}/cancel", { body: { reason: "enough" } });
    await check(`GET /api/jobs/${String(jobId)}/result`, "/api/jobs/{job_id}/result");
    await check(`GET /api/jobs/${String(jobId)}/history?limit=1`, "/api/jobs/{job_id}/history");
    await check(`GET /api/operations/${String(operationId)}`, "/api/operations/{operation_id}");
    await check("GET /api/jobs?limit=1", "/api/jobs");
    await check("GET /api/jobs?limit=x", "/api/jobs");
    await check(`GET /api/operations/${String(operationId)}?x=1`, "/api/operations/{operation_id}");
    await check("GET /api/jobs/nope", "/api/jobs/{job_id}");
    await check("POST /api/jobs", "/api/jobs", { body: { job_type: "echo", payload: {} } });
    await check("POST /api/jobs", "/api/jobs", { body: "{", headers: { "content-type": "application/json" } });
    const pdf = { body: Buffer.from("%PDF-1.7\n"), headers: { "content-type": "application/pdf" } };
    await check("POST /api/files", "/api/files", pdf);
    await check("GET /api/profiles", "/api/profiles");
    await check("GET /api/profiles/echo", "/api/profiles/{id}");
    await check("GET /api/health/live", "/api/health/live");
    await check("GET /api/health/ready", "/api/health/ready");
    expect(seen.size).toBeGreaterThan(12);
  });

  it("spells out the request of every job type, with examples that fit it", () => {
    const schema = resolve("SubmitRequest-echo") as { properties?: object; examples?: unknown[] };
    expect(schema.properties).toMatchObject({ job_type: { const: "echo" }, payload: { required: ["text"] } });
    expect(schema.examples?.length).toBeGreaterThan(0);
    for (const example of schema.examples ?? []) expect(validate(schema, example)).toEqual([]);
    expect(validate(schema, { job_type: "echo", payload: { text: 7 } })).not.toEqual([]);
  });

  function expectDescribed(method: string, route: string, answer: TestResponse): void {
    const operation = document.paths[route]?.[method.toLowerCase()];
    const described = operation?.responses[String(answer.status)];
    expect(described).toBeDefined();
    expect(Object.keys(described?.headers ?? {})).toEqual(expect.arrayContaining(headersToldOf(answer)));
    const mediaType = answer.headers.get("content-type")?.split(";")[0] ?? "";
    const schema = described?.content?.[mediaType]?.schema;
    expect({ route, status: answer.status, schema: typeof schema }).toEqual({
      route,
      status: answer.status,
      schema: "object",
    });
    expect({ route, status: answer.status, errors: validate(schema ?? false, answer.json) }).toEqual({
      route,
      status: answer.status,
      errors: [],
    });
  }

  /** Problems have one form for all routes, and no headers in the document. */
  function headersToldOf({ status, headers }: TestResponse): string[] {
    return status < 400 ? TOLD_HEADERS.filter((name) => headers.has(name)) : [];
  }

  function resolve(name: string): object {
    return (document.components as { schemas: Record<string, object> }).schemas[name] ?? {};
  }

  function validate(schema: object | boolean, value: unknown): readonly unknown[] {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: "document", components: document.components });
    const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')) as object;
    const check = ajv.compile(local);
    return check(value) ? [] : (check.errors ?? []);
  }
});

describe("the route table", () => {
  it("gives every route a name of its own", () => {
    expect(new Set(ROUTES.map(({ name }) => name)).size).toBe(ROUTES.length);
  });

  it("reaches every route under the host's rule: in the order of names, the first that matches wins", () => {
    const byName = [...ROUTES].sort((a, b) => (a.name < b.name ? -1 : 1));
    const pattern = (path: string) => new RegExp(`^${path.replace(/\{\*\w+\}/g, ".*").replace(/\{\w+\}/g, "[^/]+")}$`);
    for (const route of ROUTES) {
      const example = route.path.replace(/\{\*?\w+\}/g, "example");
      const first = byName.find(
        (other) => pattern(other.path).test(example) && other.methods.includes(route.methods[0]),
      );
      expect(first?.name).toBe(route.name);
    }
  });

  it("uses no route that the host keeps for itself (F-1)", () => {
    for (const { path } of ROUTES) expect(path).not.toMatch(/^(admin|runtime)\b/i);
  });
});
