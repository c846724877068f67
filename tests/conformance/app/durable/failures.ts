// Failures: of an activity, of the orchestrator itself, and of rules that the library enforces.
import * as df from "durable-functions";

df.app.orchestration("activityFails", function* (context) {
  yield context.df.callActivity("fail", context.df.getInput());
});

df.app.orchestration("activityFailsCaught", function* (context) {
  try {
    yield context.df.callActivity("fail", "a reason");
    return "no failure";
  } catch (error) {
    return (error as Error).message;
  }
});

df.app.orchestration("orchestratorThrows", function* (context) {
  yield context.df.callActivity("echo", 1);
  throw new Error("the orchestrator has had enough");
});

df.app.orchestration("yieldsNoTask", function* () {
  yield 5 as unknown as df.Task;
});

df.app.orchestration("unknownActivity", function* (context) {
  yield context.df.callActivity("nobodyRegisteredThis");
});
