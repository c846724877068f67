// Custom status: what an orchestration says of itself while it runs.
import * as df from "durable-functions";

df.app.orchestration("tellingStatus", function* (context) {
  context.df.setCustomStatus({ step: "waiting", fraction: 0.5 });
  yield context.df.waitForExternalEvent("Continue");
  context.df.setCustomStatus("nearly done");
  yield context.df.callActivity("echo", 1);
  return "done";
});
