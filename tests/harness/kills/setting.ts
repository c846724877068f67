import { createApp } from "../../../src/app.ts";
import type { App } from "../../../src/app.ts";
import { readSettings } from "../../../src/platform/settings.ts";
import { takeStorageAccount } from "../../support/storage-account.ts";
import { createEchoType } from "../batches/echo-type.ts";
import { JOB_TYPE } from "./job-type.ts";
import { PARTS_TYPE } from "./parts-type.ts";
import { createVictims } from "./victim.ts";
import type { Victims } from "./victim.ts";

/** What the runs of one test share. */
export interface Setting {
  /** The connection string of an account in which nothing is left of earlier runs. */
  readonly account: string;
  readonly victims: Victims;
}

/** Gives the runs of a test an account of their own, with what the product creates when it starts. */
export async function inNewSetting(run: (setting: Setting) => Promise<void>): Promise<void> {
  const account = takeStorageAccount();
  await appWith({ AzureWebJobsStorage: account }).storage.prepare();
  const victims = createVictims();
  try {
    await run({ account, victims });
  } finally {
    victims.dispose();
  }
}

/** The product with the job type of this folder, and one for items of batches. */
export function appWith(environment: Readonly<Record<string, string>>): App {
  return createApp(readSettings({ OPENAI_API_KEY: "none", ...environment }), [JOB_TYPE, PARTS_TYPE, createEchoType()]);
}
