// Task.any and Task.all over activities, timers and events.
import * as df from "durable-functions";

df.app.orchestration("fastest", function* (context) {
  const tasks = [context.df.callActivity("sleep", 400), context.df.callActivity("sleep", 5)];
  const winner = (yield context.df.Task.any(tasks)) as df.Task;
  return { index: tasks.indexOf(winner), result: winner.result };
});

df.app.orchestration("timerWins", function* (context) {
  const event = context.df.waitForExternalEvent("Never");
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 100));
  const winner = (yield context.df.Task.any([event, timer])) as df.Task;
  return winner === timer ? "timer" : "event";
});

/** Compound tasks nest: two pairs, of which the first whole pair counts. */
df.app.orchestration("fastestPair", function* (context) {
  const pair = (ms: number) =>
    context.df.Task.all([context.df.callActivity("sleep", ms), context.df.callActivity("sleep", ms + 1)]);
  const winner = (yield context.df.Task.any([pair(300), pair(1)])) as df.Task;
  return winner.result;
});

df.app.orchestration("oneOfAllFails", function* (context) {
  try {
    yield context.df.Task.all([context.df.callActivity("echo", 1), context.df.callActivity("fail", "all")]);
    return "all succeeded";
  } catch (error) {
    return (error as Error).message;
  }
});

/** A task is waited for again after a race: what it gives is still there. */
df.app.orchestration("loserLater", function* (context) {
  const slow = context.df.callActivity("sleep", 60);
  yield context.df.Task.any([slow, context.df.callActivity("sleep", 1)]);
  return (yield slow) as number;
});
