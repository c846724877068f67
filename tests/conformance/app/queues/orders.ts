// A queue in, a queue out. The queue's name is a setting, its connection has the prefix "AzureWebJobs" in the settings.
import { app, output } from "@azure/functions";

const receipts = output.storageQueue({ queueName: "receipts", connection: "AzureWebJobsStorage" });

app.storageQueue("handleOrder", {
  queueName: "%ORDERS_QUEUE%",
  connection: "Orders",
  return: receipts,
  handler: (order, context) => ({ order, type: typeof order, metadata: context.triggerMetadata }),
});
