// External events: in order, from before anybody waited, by name, and with no data at all.
import * as df from "durable-functions";

df.app.orchestration("collectEvents", function* (context) {
  const { names } = context.df.getInput<{ names: readonly string[] }>();
  const collected: unknown[] = [];
  for (const name of names) collected.push((yield context.df.waitForExternalEvent(name)) ?? "nothing");
  return collected;
});

/** The events come while an activity runs; they are kept until somebody waits for them. */
df.app.orchestration("eventsFirst", function* (context) {
  yield context.df.waitForExternalEvent("Go");
  yield context.df.callActivity("sleep", 100);
  const first: unknown = yield context.df.waitForExternalEvent("Data");
  const second: unknown = yield context.df.waitForExternalEvent("Data");
  return [first, second];
});

df.app.orchestration("allEvents", function* (context) {
  const names = ["Left", "Right"];
  return (yield context.df.Task.all(names.map((name) => context.df.waitForExternalEvent(name)))) as unknown[];
});
