// The app under measure: one HTTP function, and orchestrations whose work costs nothing, so that what is left is the host.
import { app } from "@azure/functions";
import type { HttpResponseInit } from "@azure/functions";
import * as df from "durable-functions";
import { chain, fanOut } from "./orchestrations.ts";

/** The newest trigger of each instance that is being recorded, as the host sent it. */
const recorded = new Map<string, unknown>();

app.hook.preInvocation(({ inputs: [trigger] }) => {
  const { instanceId } = (trigger ?? {}) as { readonly instanceId?: unknown };
  if (typeof instanceId === "string" && instanceId.startsWith("recorded-")) recorded.set(instanceId, trigger);
});

app.http("recorded", {
  methods: ["GET"],
  authLevel: "anonymous",
  route: "recorded/{id}",
  handler: (request): HttpResponseInit => ({ jsonBody: recorded.get(request.params["id"] ?? "") }),
});

app.http("hello", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: () => ({ jsonBody: { hello: "world" } }),
});

df.app.activity("addOne", { handler: (number: number) => number + 1 });
df.app.orchestration("chain", chain);
df.app.orchestration("fanOut", fanOut);
