// Hooks: at the app's start, before and after each invocation, and at each log entry.
import { app } from "@azure/functions";
import type { HttpResponseInit } from "@azure/functions";

const seen = { starts: 0, startedBeforeInvocations: false, levels: [] as string[] };

app.hook.appStart(() => {
  seen.starts += 1;
});

app.hook.preInvocation((hook) => {
  if (hook.invocationContext.functionName !== "hooked") return;
  seen.startedBeforeInvocations = seen.starts === 1;
  hook.hookData["greeting"] = "from the first hook";
  const { functionHandler } = hook;
  hook.functionHandler = async (...inputs) => {
    const response = (await functionHandler(...inputs)) as HttpResponseInit;
    return { ...response, headers: { "x-wrapped": "yes" } };
  };
});

app.hook.postInvocation((hook) => {
  if (hook.invocationContext.functionName !== "hooked") return;
  if (hook.error) {
    hook.error = null;
    hook.result = { status: 409, body: "the hook made an answer of the error" };
  } else hook.result = { ...(hook.result as HttpResponseInit), status: 203 };
});

app.hook.log((entry) => {
  if (entry.category === "user" && entry.invocationContext?.functionName === "hooked") seen.levels.push(entry.level);
});

app.http("hooked", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: (request, context) => {
    if (request.query.has("throw")) throw new Error("for the hook");
    seen.levels.length = 0;
    context.trace("at its lowest");
    context.debug("for developers");
    context.log("as ever");
    context.warn("beware");
    context.error("as if something had happened");
    return { jsonBody: seen };
  },
});
