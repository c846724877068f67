// HTTP streams, a choice for a whole app: bodies arrive and leave piece by piece, while the handler runs.
import { Readable } from "node:stream";
import { app } from "@azure/functions";
import type { HttpResponseInit } from "@azure/functions";

app.setup({ enableHttpStream: true });

app.http("count", {
  methods: ["POST"],
  authLevel: "anonymous",
  route: "count/{name}",
  handler: async (request) => {
    let bytes = 0;
    let chunks = 0;
    for await (const chunk of request.body ?? []) {
      bytes += (chunk as Uint8Array).length;
      chunks += 1;
    }
    return {
      jsonBody: {
        bytes,
        isInPieces: chunks > 1,
        name: request.params["name"],
        values: request.query.getAll("x"),
        header: request.headers.get("x-question"),
      },
    };
  },
});

/** Answers each piece when it has come, so that a client can ask and read in turns. */
app.http("echo", {
  methods: ["POST"],
  authLevel: "anonymous",
  handler: (request) => ({
    headers: { "content-type": "text/plain" },
    cookies: [{ name: "a", value: "b" }],
    body: Readable.from(shout(request.body as AsyncIterable<Uint8Array> | null)),
  }),
});

async function* shout(body: AsyncIterable<Uint8Array> | null): AsyncGenerator<Buffer> {
  for await (const chunk of body ?? []) yield Buffer.from(Buffer.from(chunk).toString("utf8").toUpperCase());
}

app.http("nothing", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: () => undefined as unknown as HttpResponseInit,
});

app.http("boom", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: () => {
    throw new Error("boom says no");
  },
});

app.http("refuse", {
  methods: ["POST"],
  authLevel: "anonymous",
  handler: () => ({ status: 403, body: "not read" }),
});
