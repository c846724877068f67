// Queue outputs beside the answer: every element of a list is a message of its own.
import { app, output } from "@azure/functions";

const several = output.storageQueue({ queueName: "several", connection: "AzureWebJobsStorage" });
const copies = output.storageQueue({ queueName: "copies", connection: "AzureWebJobsStorage" });

app.http("sendSeveral", {
  methods: ["POST"],
  authLevel: "anonymous",
  extraOutputs: [several, copies],
  handler: async (request, context) => {
    const messages = await request.json();
    context.extraOutputs.set(several, messages);
    context.extraOutputs.set(copies, { count: Array.isArray(messages) ? messages.length : 1 });
    return { status: 202 };
  },
});
