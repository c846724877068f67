import { app } from "@azure/functions";
import { millrace } from "../src/main.ts";
import { followSigterm } from "../src/platform/follow-sigterm.ts";

followSigterm(millrace.shutdown);

app.hook.appStart(async () => {
  await millrace.storage.prepare();
});

app.hook.appTerminate(async () => {
  await millrace.shutdown.begin();
});
