// A timer of every second (no status is kept of so frequent a one) and one that is due far away but runs at start.
import { app, output } from "@azure/functions";

const ticks = output.storageQueue({ queueName: "ticks", connection: "AzureWebJobsStorage" });
const starts = output.storageQueue({ queueName: "timer-starts", connection: "AzureWebJobsStorage" });

app.timer("everySecond", {
  schedule: "* * * * * *",
  return: ticks,
  handler: (timer) => timer,
});

app.timer("atStart", {
  schedule: "%NEW_YEAR%",
  runOnStartup: true,
  return: starts,
  handler: (timer) => timer,
});
