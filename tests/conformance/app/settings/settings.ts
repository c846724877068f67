// Settings: one read by the app, one that switches a function off.
import { app } from "@azure/functions";

app.http("greeting", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: () => ({
    jsonBody: { greeting: process.env["GREETING"], runtime: process.env["FUNCTIONS_WORKER_RUNTIME"] },
  }),
});

app.http("switchedOff", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: () => ({ body: "never reached: AzureWebJobs.switchedOff.Disabled is true" }),
});
