// Values on their way through an orchestration: input to activity and back, and the context's own.
import * as df from "durable-functions";

df.app.orchestration("roundTrip", function* (context) {
  const input: unknown = context.df.getInput();
  const echoed: unknown = yield context.df.callActivity("echo", input);
  return { input: input ?? "none", echoed: echoed ?? "none" };
});

/** `newGuid` and `currentUtcDateTime` are the same in each replay, and differ from call to call. */
df.app.orchestration("determinism", function* (context) {
  const first = [context.df.newGuid("seed"), context.df.newGuid("seed")];
  const startedAt = context.df.currentUtcDateTime;
  yield context.df.callActivity("sleep", 20);
  const again = context.df.newGuid("seed");
  const isLater = context.df.currentUtcDateTime > startedAt;
  return { first, again, isLater, isReplaying: context.df.isReplaying, instanceId: context.df.instanceId };
});
