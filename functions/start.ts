import { app } from "@azure/functions";
import { millrace } from "../src/main.ts";
import { followSignals } from "../src/platform/follow-signals.ts";

followSignals(millrace.shutdown);

app.hook.appStart(async () => {
  await millrace.storage.prepare();
});

app.hook.appTerminate(async () => {
  await millrace.shutdown.begin({ graceMs: 0 });
});
