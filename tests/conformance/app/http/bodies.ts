// A request's body as text, JSON, bytes, blob and form; an answer's as text, JSON, bytes, stream and form fields.
import { Readable } from "node:stream";
import { app } from "@azure/functions";
import type { HttpRequest, HttpResponseInit } from "@azure/functions";

const READERS: Record<string, (request: HttpRequest) => Promise<unknown>> = {
  text: async (request) => request.text(),
  json: async (request) => request.json(),
  bytes: async (request) => [...Buffer.from(await request.arrayBuffer())],
  blob: async (request) => (await request.blob()).size,
  form: async (request) => Object.fromEntries(await request.formData()),
  none: async (request) => ({ hasBody: request.body !== null }),
};

app.http("readBody", {
  methods: ["POST", "PUT", "PATCH"],
  authLevel: "anonymous",
  route: "bodies/read/{as}",
  handler: async (request) => ({ jsonBody: { read: await READERS[request.params["as"] ?? ""]?.(request) } }),
});

const ANSWERS: Record<string, HttpResponseInit> = {
  text: { body: "twelve bytes" },
  json: { jsonBody: { a: [1, null, "ä"] } },
  bytes: { body: Uint8Array.from([0, 255, 1, 254]), headers: { "content-type": "application/octet-stream" } },
  stream: { body: Readable.from([Buffer.from("one "), Buffer.from("two")]) },
  fields: { body: new URLSearchParams({ a: "1", b: "ä" }) },
  empty: { status: 202 },
};

app.http("writeBody", {
  methods: ["GET", "HEAD"],
  authLevel: "anonymous",
  route: "bodies/write/{as}",
  handler: (request) => ({ ...ANSWERS[request.params["as"] ?? ""] }),
});
