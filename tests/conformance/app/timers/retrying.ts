// A retry policy: each retry is a new invocation that knows how many there were.
import { app, output } from "@azure/functions";

const retries = output.storageQueue({ queueName: "retries", connection: "AzureWebJobsStorage" });

app.timer("retryingTimer", {
  schedule: "%NEW_YEAR%",
  runOnStartup: true,
  retry: { strategy: "fixedDelay", maxRetryCount: 3, delayInterval: { milliseconds: 200 } },
  return: retries,
  handler: (_timer, context) => {
    if ((context.retryContext?.retryCount ?? 0) < 2) throw new Error("not yet");
    return { retryContext: context.retryContext };
  },
});
