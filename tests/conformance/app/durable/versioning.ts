// Versioning: an instance keeps the version it was started with, so that code can go on as it was for the older ones.
// `defaultVersion` of host.json (2.0) is the version of those started without, and the newest that this app runs.
import * as df from "durable-functions";

df.app.orchestration("versioned", function* (context) {
  yield context.df.callActivity("echo", 1);
  return context.df.version === "1.0" ? "as it was in version 1" : "as it is now";
});
