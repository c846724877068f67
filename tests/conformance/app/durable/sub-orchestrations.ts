// Sub-orchestrations: with an id of their own or a given one, in parallel, failing, with retries, with a version.
import * as df from "durable-functions";

const child = df.app.orchestration("child", function* (context) {
  const doubled = (yield context.df.callActivity("echo", 2 * context.df.getInput<number>())) as number;
  return { doubled, id: context.df.instanceId, parent: context.df.parentInstanceId, version: context.df.version };
});

const failingChild = df.app.orchestration("failingChild", function* (context) {
  yield context.df.callActivity("failUntil", context.df.getInput());
  return "at last";
});

df.app.orchestration("parent", function* (context) {
  const id = context.df.instanceId;
  const byItself = (yield context.df.callSubOrchestrator("child", 1)) as unknown;
  const named = (yield context.df.callSubOrchestrator("child", 2, `${id}-named`, "1.5")) as unknown;
  const parallel = (yield context.df.Task.all([child(3), child(4, `${id}-fourth`)])) as unknown[];
  return { byItself, named, parallel };
});

df.app.orchestration("parentOfFailing", function* (context) {
  const name = context.df.instanceId;
  const options = new df.RetryOptions(20, 3);
  const retried = (yield context.df.callSubOrchestratorWithRetry(
    "failingChild",
    options,
    { name: `${name}-a`, failures: 2 },
    `${name}-retried`,
  )) as unknown;
  const byName = (yield failingChild({ name: `${name}-b`, failures: 1 }).withRetry(options)) as unknown;
  try {
    yield context.df.callSubOrchestrator("failingChild", { name: `${name}-c`, failures: 9 });
    return "no failure";
  } catch (error) {
    return { retried, byName, error: (error as Error).message };
  }
});
