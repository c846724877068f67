// What becomes of a handler that returns nothing, throws, or returns what is no response.
import { app } from "@azure/functions";
import type { HttpResponseInit } from "@azure/functions";

app.http("nothing", {
  methods: ["GET", "POST"],
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

app.http("notAResponse", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: () => "a text" as unknown as HttpResponseInit,
});

app.http("teapot", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: () => ({ status: 418, headers: { "x-kind": "pot" }, body: "short and stout" }),
});
