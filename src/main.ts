import { createApp } from "./app.ts";
import { readSettings } from "./platform/settings.ts";

/** The one app of this process. Triggers register from it; wrong settings stop the process here, all told at once. */
export const millrace = createApp(readSettings());
