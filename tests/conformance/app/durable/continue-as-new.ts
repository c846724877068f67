// Eternal orchestrations: each generation begins with an empty history and the input of its predecessor's choice.
import * as df from "durable-functions";

df.app.orchestration("generations", function* (context) {
  const { generation, last } = context.df.getInput<{ generation: number; last: number }>();
  yield context.df.callActivity("echo", generation);
  if (generation === last) return { generation };
  context.df.continueAsNew({ generation: generation + 1, last });
  return undefined;
});

/** An event for each generation: those that come after it was decided to begin anew reach the next one. */
df.app.orchestration("eventPerGeneration", function* (context) {
  const { wanted, got } = context.df.getInput<{ wanted: number; got: readonly unknown[] }>();
  const event: unknown = yield context.df.waitForExternalEvent("Next");
  const all = [...got, event];
  context.df.setCustomStatus({ got: all.length });
  if (all.length === wanted) return all;
  context.df.continueAsNew({ wanted, got: all });
  return undefined;
});
