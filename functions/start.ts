import { app } from "@azure/functions";
import { millrace } from "../src/main.ts";

app.hook.appStart(async () => {
  await millrace.storage.prepare();
});
