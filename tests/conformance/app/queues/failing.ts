// A message that fails comes again, at once; after `maxDequeueCount` times (3 in host.json) it goes to the poison queue.
import { app, output } from "@azure/functions";

const attempts = output.storageQueue({ queueName: "attempts", connection: "AzureWebJobsStorage" });

app.storageQueue<{ readonly failures: number }>("failFirst", {
  queueName: "failing",
  connection: "AzureWebJobsStorage",
  return: attempts,
  handler: (message, context) => {
    const attempt = Number(context.triggerMetadata?.["dequeueCount"]);
    if (attempt <= message.failures) throw new Error(`attempt ${attempt} fails`);
    return { attempt };
  },
});
