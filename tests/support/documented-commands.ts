import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll } from "@jest/globals";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import type { OpenAIServer } from "../../local/emulators/openai/server.ts";
import { startHostProcess } from "./host-process.ts";
import type { HostProcess } from "./host-process.ts";
import { takeStorageAccount } from "./storage-account.ts";

/** The output of a line as a person would type it. */
export const sh = async (command: string): Promise<string> => (await promisify(execFile)("sh", ["-c", command])).stdout;

/** What stands in a page's blocks of shell commands, in order. */
export function shellBlocks(page: string): string[] {
  return [...readFileSync(page, "utf8").matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block ?? "");
}

export interface PageSite {
  readonly model: OpenAIServer;
  readonly host: HostProcess;
}

/** A real host with an offline model behind it, for as long as the suite runs. Call it where `beforeAll()` is called. */
export function usePageSite(): () => PageSite {
  let site: PageSite | undefined;
  beforeAll(async () => {
    const model = await startOpenAIServer({ port: 0 });
    site = {
      model,
      host: await startHostProcess({ AzureWebJobsStorage: takeStorageAccount(), OPENAI_BASE_URL: model.baseUrl }),
    };
  });
  afterAll(async () => {
    await site?.host.stop();
    await site?.model.stop();
  });
  return () => {
    if (site) return site;
    throw new Error("The host is started before the first test");
  };
}
