// Binding expressions: a part of the trigger's message names the queue of the output.
import { app, output } from "@azure/functions";

const routed = output.storageQueue({ queueName: "for-{customer.name}-{region}", connection: "AzureWebJobsStorage" });

app.storageQueue<{ readonly text: string }>("route", {
  queueName: "to-route",
  connection: "AzureWebJobsStorage",
  return: routed,
  handler: (message) => message.text,
});
