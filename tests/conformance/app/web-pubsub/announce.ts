// Web PubSub: what the function returns is sent to clients of the hub.
import { app, output } from "@azure/functions";

const announcements = output.webPubSub({
  name: "announcements",
  hub: "news",
  connection: "WebPubSubConnectionString",
});

app.http("announce", {
  methods: ["POST"],
  authLevel: "anonymous",
  extraOutputs: [announcements],
  handler: async (request, context) => {
    context.extraOutputs.set(announcements, await request.json());
    return { status: 202 };
  },
});
