// Blobs as input and output of an HTTP function; the route's parameter names the blob.
import { app, input, output } from "@azure/functions";

const stored = output.storageBlob({ path: "notes/{name}", connection: "AzureWebJobsStorage" });
const note = input.storageBlob({ path: "notes/{name}", connection: "AzureWebJobsStorage" });

app.http("writeNote", {
  methods: ["PUT"],
  authLevel: "anonymous",
  route: "notes/{name}",
  extraOutputs: [stored],
  handler: async (request, context) => {
    context.extraOutputs.set(stored, Buffer.from(await request.arrayBuffer()));
    return { status: 201 };
  },
});

app.http("readNote", {
  methods: ["GET"],
  authLevel: "anonymous",
  route: "notes/{name}",
  extraInputs: [note],
  handler: (_request, context) => {
    const found = context.extraInputs.get(note);
    if (found === undefined || found === null) return { status: 404 };
    return Buffer.isBuffer(found) ? { body: found } : { jsonBody: found };
  },
});
