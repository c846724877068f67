import { app } from "@azure/functions";
import { announceBlob } from "../src/intake/announce-blob.ts";
import { createIntake } from "../src/intake/intake.ts";
import { millrace } from "../src/main.ts";
import { intakeQueue } from "../src/platform/queue-table.ts";

const { INTAKE_QUEUE, INBOX_CONTAINER, INBOX_SOURCE } = millrace.settings;
const { name, poison } = intakeQueue(INTAKE_QUEUE);
const connection = "AzureWebJobsStorage";
const receive = createIntake(millrace);

/** What others put there, and what the host has given up of it. */
Object.entries({ intake: name, "poison-intake": poison }).forEach(([functionName, queueName]) => {
  app.storageQueue(functionName, {
    queueName,
    connection,
    handler: async (message, context) =>
      receive(message, { id: String(context.triggerMetadata?.["id"]), sink: context }),
  });
});

app.storageBlob("inbox", {
  path: `${INBOX_CONTAINER}/{name}`,
  source: INBOX_SOURCE,
  connection,
  handler: async (_content, { triggerMetadata }) => {
    await announceBlob(millrace.storage.queue(name), String(triggerMetadata?.["blobTrigger"]));
  },
});
