// Function chaining: each step takes what the step before it returned.
import * as df from "durable-functions";

df.app.activity("sayHello", { handler: (name: string) => `Hello ${name}` });
df.app.activity("shout", { handler: (text: string) => text.toUpperCase() });
df.app.activity("frame", { handler: (text: string) => `*** ${text} ***` });

df.app.orchestration("chaining", function* (context) {
  const greeting = (yield context.df.callActivity("sayHello", context.df.getInput())) as string;
  const loud = (yield context.df.callActivity("shout", greeting)) as string;
  return (yield context.df.callActivity("frame", loud)) as string;
});
