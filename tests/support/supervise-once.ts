import { createApp } from "../../src/app.ts";
import { superviseJobs } from "../../src/jobs/supervise.ts";
import { readSettings } from "../../src/platform/settings.ts";
import { echoProfile } from "./profiles.ts";

/** A process that sweeps once, an hour from now, and ends: to be killed in the middle of it. */
const app = createApp(readSettings({ ...process.env, OPENAI_API_KEY: "none" }), [echoProfile()]);
const clock = { now: () => new Date(Date.now() + 3_600_000) };
const quiet = () => undefined;
await superviseJobs({ ...app, clock }, { info: quiet, warn: quiet, error: console.error });
