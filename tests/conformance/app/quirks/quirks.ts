// What the real platform does and nobody would ask for. Apps work around it; a host that is used to test them must do the same.
import * as df from "durable-functions";

/** Task.all goes on at the first failure while the other retries run: the next activity gets a stranger's error. */
df.app.orchestration("allOverRetries", function* (context) {
  const retrying = (name: string, attempts: number) =>
    context.df.callActivityWithRetry("fail", new df.RetryOptions(30, attempts), name);
  let first = "";
  try {
    yield context.df.Task.all([retrying("one", 1), retrying("three", 3)]);
  } catch (error) {
    first = (error as Error).message;
  }
  try {
    return { first, next: (yield context.df.callActivity("echo", "mine")) as unknown };
  } catch (error) {
    return { first, next: (error as Error).message };
  }
});

/** A timer that nobody cancels keeps the instance Running until it fires. */
df.app.orchestration("openTimer", function* (context) {
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 1500));
  yield context.df.Task.any([timer, context.df.callActivity("echo", 1)]);
  return "returned early";
});

/** An error with an empty message, or what is no error, is lost: the instance stays Running. */
df.app.orchestration("emptyError", function* (context) {
  yield context.df.callActivity("echo", 1);
  throw new Error("");
});
df.app.orchestration("thrownText", function* (context) {
  yield context.df.callActivity("echo", 1);
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- what becomes of it is the point
  throw "a text";
});

/** A string given to continueAsNew comes back with quotes. */
df.app.orchestration("stringAsNew", function* (context) {
  yield context.df.callActivity("echo", 1);
  const input = context.df.getInput<string>();
  if (input !== "first") return input;
  context.df.continueAsNew("second");
  return undefined;
});

/** Events that were there before continueAsNew, and that nobody waited for, are lost. */
df.app.orchestration("lostEvents", function* (context) {
  const { generation } = context.df.getInput<{ generation: number }>();
  if (generation === 1) {
    yield context.df.waitForExternalEvent("Go");
    context.df.continueAsNew({ generation: 2 });
    return undefined;
  }
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 300));
  const kept = context.df.waitForExternalEvent("Early");
  const winner = (yield context.df.Task.any([kept, timer])) as df.Task;
  if (winner === kept) timer.cancel();
  return winner === kept ? "kept" : "lost";
});

/** A status that is falsy is not sent: the one before it stays. */
df.app.orchestration("falsyStatus", function* (context) {
  context.df.setCustomStatus("something");
  yield context.df.callActivity("echo", 1);
  context.df.setCustomStatus(null);
  yield context.df.callActivity("echo", 2);
  context.df.setCustomStatus(0);
  return "done";
});
