// Versioning: the version an instance was started with, by the caller or by `defaultVersion` of host.json.
import * as df from "durable-functions";

df.app.orchestration("versioned", function* (context) {
  yield context.df.callActivity("echo", 1);
  return context.df.version === "1.0" ? "as it was in version 1" : `version ${context.df.version ?? "none"}`;
});
