import { afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { problemSchema } from "../../src/contract/problem.ts";
import { createTestApp } from "../support/test-app.ts";
import type { RequestOptions, TestApp } from "../support/test-app.ts";

const MISSING_FILE = "file_00000000000000000000000000";
const JSON_TYPE = { "content-type": "application/json" };

const job = (payload: unknown, fields: object = {}): RequestOptions => ({
  body: { job_type: "summarize-pdf", payload, ...fields },
});
const asset = (url: string): RequestOptions => ({ body: { job_type: "thumbnail", payload: { asset_url: url } } });
const raw = (body: string | Buffer, headers: Record<string, string> = JSON_TYPE): RequestOptions => ({ body, headers });
const pdf = { "content-type": "application/pdf" };

interface Case {
  readonly name: string;
  readonly request: RequestOptions;
  readonly path?: string;
  readonly method?: string;
  readonly expected: readonly [status: number, code: string, ...pointers: string[]];
}

const BODIES: readonly Case[] = [
  { name: "malformed JSON", request: raw('{"job_type":'), expected: [400, "INVALID_JSON"] },
  { name: "two JSON values", request: raw("{} {}"), expected: [400, "INVALID_JSON"] },
  { name: "an empty body", request: raw(""), expected: [400, "INVALID_JSON"] },
  { name: "text that is not UTF-8", request: raw(Buffer.from([0x7b, 0xff, 0x7d])), expected: [400, "INVALID_JSON"] },
  { name: "an array", request: raw("[]"), expected: [400, "BODY_NOT_OBJECT"] },
  { name: "a number", request: raw("7"), expected: [400, "BODY_NOT_OBJECT"] },
  { name: "null", request: raw("null"), expected: [400, "BODY_NOT_OBJECT"] },
  { name: "no media type", request: raw("{}", {}), expected: [415, "UNSUPPORTED_MEDIA_TYPE"] },
  {
    name: "text/plain",
    request: raw("{}", { "content-type": "text/plain" }),
    expected: [415, "UNSUPPORTED_MEDIA_TYPE"],
  },
  {
    name: "a compressed body",
    request: raw("{}", { ...JSON_TYPE, "content-encoding": "gzip" }),
    expected: [415, "UNSUPPORTED_MEDIA_TYPE"],
  },
  { name: "a depth bomb", request: raw(`{"payload":${"[".repeat(100_000)}`), expected: [400, "BODY_TOO_DEEP"] },
  {
    name: "a body over the cap",
    request: raw(`{"a":"${"x".repeat(1024 * 1024)}"}`),
    expected: [413, "PAYLOAD_TOO_LARGE"],
  },
  {
    name: "a body in chunks, of which the host passes nothing on",
    request: raw("", { ...JSON_TYPE, "transfer-encoding": "chunked" }),
    expected: [411, "LENGTH_REQUIRED"],
  },
  {
    name: "a declared length over the cap",
    request: raw("{}", { ...JSON_TYPE, "content-length": "99999999" }),
    expected: [413, "PAYLOAD_TOO_LARGE"],
  },
  {
    name: "__proto__",
    request: raw('{"job_type":"thumbnail","payload":{"__proto__":{"admin":true}}}'),
    expected: [400, "UNKNOWN_FIELD", "/payload/__proto__"],
  },
  {
    name: "__proto__ in escapes",
    request: raw('{"\\u005f_proto__":{"admin":true}}'),
    expected: [400, "UNKNOWN_FIELD", "/__proto__"],
  },
  {
    name: "an unknown field",
    request: job({ document: { file_id: MISSING_FILE } }, { status: "completed" }),
    expected: [400, "UNKNOWN_FIELD", "/status"],
  },
  { name: "no job_type", request: { body: { payload: {} } }, expected: [422, "VALIDATION_FAILED", "/job_type"] },
  {
    name: "a payload that is no object",
    request: { body: { job_type: "thumbnail", payload: "x" } },
    expected: [422, "VALIDATION_FAILED", "/payload"],
  },
  {
    name: "an unknown job type",
    request: { body: { job_type: "nope", payload: {} } },
    expected: [404, "UNKNOWN_JOB_TYPE"],
  },
  {
    name: "a job type that is a word of JavaScript's",
    request: { body: { job_type: "toString", payload: {} } },
    expected: [404, "UNKNOWN_JOB_TYPE"],
  },
  {
    name: "too much metadata",
    request: job({}, { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, "v"])) }),
    expected: [422, "VALIDATION_FAILED", "/metadata"],
  },
];

const PAYLOADS: readonly Case[] = [
  { name: "no document", request: job({}), expected: [422, "VALIDATION_FAILED", "/payload/document"] },
  {
    name: "fields off schema, each with its pointer",
    request: job({ document: { file_id: MISSING_FILE }, style: "haiku", max_words: 5 }),
    expected: [422, "VALIDATION_FAILED", "/payload/style", "/payload/max_words"],
  },
  {
    name: "a field the payload does not have",
    request: job({ document: { file_id: MISSING_FILE }, pages: 3 }),
    expected: [422, "VALIDATION_FAILED", "/payload/pages"],
  },
  {
    name: "a file id that is none",
    request: job({ document: { file_id: "../../secret" } }),
    expected: [422, "VALIDATION_FAILED", "/payload/document/file_id"],
  },
  {
    name: "a file that does not exist",
    request: job({ document: { file_id: MISSING_FILE } }),
    expected: [422, "VALIDATION_FAILED", "/payload/document/file_id"],
  },
  {
    name: "both a file and an address",
    request: job({ document: { file_id: MISSING_FILE, url: "https://example.com/a.pdf" } }),
    expected: [422, "VALIDATION_FAILED"],
  },
];

const ADDRESSES = [
  "http://127.0.0.1/a.png",
  "http://127.1/a.png",
  "http://169.254.169.254/metadata/instance",
  "http://0x7f000001/",
  "http://2130706433/",
  "http://0177.0.0.1/",
  "http://[::1]/",
  "http://[::ffff:a9fe:a9fe]/",
  "http://[64:ff9b::a9fe:a9fe]/",
  "http://168.63.129.16/",
  "http://10.0.0.7/",
  "http://localhost/",
  "http://localhost./",
  "http://db.internal/",
  "https://user:secret@example.com/",
  "ftp://example.com/a.png",
  "file:///etc/passwd",
].map((url): Case => ({ name: url, request: asset(url), expected: [422, "VALIDATION_FAILED", "/payload/asset_url"] }));

const UPLOAD = { path: "/api/files" } as const;
const UPLOADS: readonly Case[] = [
  { ...UPLOAD, name: "bytes that are no PDF", request: raw("GIF89a", pdf), expected: [415, "FILE_TYPE_MISMATCH"] },
  { ...UPLOAD, name: "nothing", request: raw("", pdf), expected: [400, "BODY_EMPTY"] },
  {
    ...UPLOAD,
    name: "a type nobody takes",
    request: raw("x", { "content-type": "text/html" }),
    expected: [415, "UNSUPPORTED_MEDIA_TYPE"],
  },
  {
    ...UPLOAD,
    name: "more than the cap",
    request: raw("%PDF-", { ...pdf, "content-length": String(51 * 1024 * 1024) }),
    expected: [413, "PAYLOAD_TOO_LARGE"],
  },
];

const GET = { method: "GET", request: {} } as const;
const READS: readonly Case[] = [
  {
    ...GET,
    name: "an unknown job",
    path: "/api/jobs/job_00000000000000000000000000",
    expected: [404, "JOB_NOT_FOUND"],
  },
  { ...GET, name: "an id that cannot be one", path: "/api/jobs/..%2fsecret", expected: [404, "JOB_NOT_FOUND"] },
  {
    ...GET,
    name: "an id that is a filter",
    path: "/api/jobs/'%20or%20PartitionKey%20ne%20'",
    expected: [404, "JOB_NOT_FOUND"],
  },
  { ...GET, name: "an unknown operation", path: `/api/operations/op_${"0".repeat(34)}`, expected: [404, "NOT_FOUND"] },
  { ...GET, name: "an operation's id that cannot be one", path: "/api/operations/op_1", expected: [404, "NOT_FOUND"] },
  { ...GET, name: "a batch's id that cannot be one", path: "/api/batches/x", expected: [404, "BATCH_NOT_FOUND"] },
  {
    name: "an item of a batch whose id cannot be one",
    method: "POST",
    path: "/api/batches/x/items/a/regenerate",
    request: {},
    expected: [404, "BATCH_NOT_FOUND"],
  },
  { ...GET, name: "an unknown profile", path: "/api/profiles/nope", expected: [404, "UNKNOWN_JOB_TYPE"] },
  {
    ...GET,
    name: "an unknown query parameter",
    path: "/api/jobs?statsu=failed",
    expected: [400, "UNKNOWN_QUERY_PARAMETER"],
  },
  { ...GET, name: "a limit out of range", path: "/api/jobs?limit=101", expected: [400, "INVALID_QUERY"] },
  { ...GET, name: "a status that is none", path: "/api/jobs?status=done", expected: [400, "INVALID_QUERY"] },
  { ...GET, name: "a parameter given twice", path: "/api/jobs?limit=1&limit=2", expected: [400, "INVALID_QUERY"] },
  { ...GET, name: "a cursor that is none", path: "/api/jobs?cursor=x'", expected: [400, "INVALID_QUERY"] },
  {
    ...GET,
    name: "a wait beyond the cap",
    path: "/api/jobs/job_00000000000000000000000000?wait=61",
    expected: [400, "INVALID_QUERY"],
  },
  { ...GET, name: "a route that is none", path: "/api/nothing/here", expected: [404, "NOT_FOUND"] },
  {
    name: "a method that a route does not have",
    method: "DELETE",
    path: "/api/jobs",
    request: {},
    expected: [404, "NOT_FOUND"],
  },
  {
    ...GET,
    name: "a page of the documentation that is none",
    path: "/api/docs/package.json",
    expected: [404, "NOT_FOUND"],
  },
  {
    name: "a workspace that is none",
    method: "GET",
    path: "/api/jobs",
    request: { headers: { "x-millrace-workspace": "a'b" } },
    expected: [400, "INVALID_HEADER"],
  },
];

describe("bad input", () => {
  let test: TestApp;
  let stored: number;
  beforeAll(async () => {
    test = await createTestApp();
    stored = await test.countStored();
  });
  afterEach(async () => {
    expect(await test.countStored()).toBe(stored);
    expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
  });

  const refuse = async ({ method = "POST", path = "/api/jobs", request, expected }: Case) => {
    const answer = await test.request(method, path, request);
    const [status, code, ...pointers] = expected;
    expect([answer.status, answer.json["code"]]).toEqual([status, code]);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    const problem = problemSchema.parse(answer.json);
    expect(problem.type).toBe(`/problems/${code.toLowerCase().replaceAll("_", "-")}`);
    expect(problem.status).toBe(status);
    if (pointers.length > 0) expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(answer.text).not.toMatch(/job-requests|job-images|AccountKey|\/src\/|node_modules|\s+at [^"]*:\d+:\d+/);
  };

  it.each(BODIES)("refuses $name", refuse);
  it.each(PAYLOADS)("refuses a payload with $name", refuse);
  it.each(ADDRESSES)("refuses to fetch $name", refuse);
  it.each(UPLOADS)("refuses to keep $name", refuse);
  it.each(READS)("refuses to read $name", refuse);
});
