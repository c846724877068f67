// A durable client beside triggers that are not HTTP: by `df.app.client`, and by `df.input.durableClient()`.
import { app, output, trigger } from "@azure/functions";
import * as df from "durable-functions";

const started = output.storageQueue({ queueName: "started", connection: "AzureWebJobsStorage" });

df.app.client.storageQueue("startFromQueue", {
  queueName: "to-start",
  connection: "AzureWebJobsStorage",
  return: started,
  handler: async (entry, client) => client.startNew("chaining", { input: entry }),
});

app.storageQueue("startWithInput", {
  queueName: "to-start-too",
  connection: "AzureWebJobsStorage",
  extraInputs: [df.input.durableClient()],
  return: started,
  handler: async (entry, context) => df.getClient(context).startNew("chaining", { input: entry }),
});

df.app.client.generic("startFromGeneric", {
  trigger: trigger.generic({ type: "queueTrigger", queueName: "to-start-generic", connection: "AzureWebJobsStorage" }),
  return: started,
  handler: async (entry, client) => client.startNew("chaining", { input: entry as unknown }),
});

df.app.client.timer("startAtStart", {
  schedule: "%NEW_YEAR%",
  runOnStartup: true,
  handler: async (_timer, client) => {
    await client.startNew("chaining", { input: "timer", instanceId: "started-by-timer" });
  },
});

df.app.client.storageBlob("startFromBlob", {
  path: "to-start/{name}",
  connection: "AzureWebJobsStorage",
  handler: async (_blob, client, context) => {
    const name = String(context.triggerMetadata?.["name"]);
    await client.startNew("chaining", { input: name, instanceId: `started-by-blob-${name}` });
  },
});
