// Rows of a table: one or several written, one read by its keys, several by a filter.
import { app, input, output } from "@azure/functions";

const table = { tableName: "Entries", connection: "AzureWebJobsStorage" };
const written = output.table(table);
const one = input.table({ ...table, partitionKey: "{book}", rowKey: "{number}" });
const some = input.table({ ...table, partitionKey: "{book}", filter: "Stars ge 3", take: 2 });

app.http("writeEntries", {
  methods: ["POST"],
  authLevel: "anonymous",
  route: "entries",
  extraOutputs: [written],
  handler: async (request, context) => {
    context.extraOutputs.set(written, await request.json());
    return { status: 201 };
  },
});

app.http("readEntry", {
  methods: ["GET"],
  authLevel: "anonymous",
  route: "entries/{book}/{number}",
  extraInputs: [one],
  handler: (_request, context) => ({ jsonBody: { entry: context.extraInputs.get(one) ?? null } }),
});

app.http("listEntries", {
  methods: ["GET"],
  authLevel: "anonymous",
  route: "entries/{book}",
  extraInputs: [some],
  handler: (_request, context) => ({ jsonBody: { entries: context.extraInputs.get(some) } }),
});
