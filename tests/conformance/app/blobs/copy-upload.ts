// A blob in, a blob out: the part of the name that `{name}` stands for goes from the trigger's path to the output's.
import { app, output } from "@azure/functions";

const shouted = output.storageBlob({ path: "shouted/{name}.txt", connection: "AzureWebJobsStorage" });

app.storageBlob<Buffer>("copyUpload", {
  path: "uploads/{name}.txt",
  connection: "AzureWebJobsStorage",
  return: shouted,
  handler: (blob, context) => `${String(context.triggerMetadata?.["name"])}: ${blob.toString("utf8").toUpperCase()}`,
});
