import { mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startHostProcess } from "../../../support/host-process.ts";
import type { HostProcess } from "../../../support/host-process.ts";
import type { Rule } from "../fault-proxy.ts";
import type { Stage } from "../stage.ts";

/** A host whose only way out is a fault proxy. */
export interface KillableHost extends HostProcess {
  /** From now on it does not run, and does not know. */
  pause(): void;
  goOn(): void;
}

/** What was left is found within a few seconds; and no lease runs out because the machine has much to do. */
const IMPATIENT = {
  LEASE_SECONDS: "3",
  PATIENCE_SECONDS: "2",
  SUPERVISE_SCHEDULE: "* * * * * *",
  AzureFunctionsJobHost__extensions__queues__maxPollingInterval: "00:00:00.100",
};

export async function startKillableHost(stage: Stage, name: string, rule?: Rule): Promise<KillableHost> {
  const proxy = await stage.openWayOut(name, rule);
  const host = await startImpatientHost(proxy.environment);
  stage.atEnd(host.stop);
  return {
    ...host,
    pause: () => process.kill(host.pid, "SIGSTOP"),
    goOn: () => process.kill(host.pid, "SIGCONT"),
  };
}

/** The host of this folder's app, with whatever way out it is given. */
export async function startImpatientHost(environment: Readonly<Record<string, string>>): Promise<HostProcess> {
  return startHostProcess({ ...IMPATIENT, ...environment }, { app: await layOutApp(), logLevel: "warning" });
}

/** A function app is a folder with these three; the product's host.json holds for it as well. */
async function layOutApp(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-kills-"));
  await symlink(fileURLToPath(new URL("app", import.meta.url)), join(folder, "app"));
  await symlink(resolve("host.json"), join(folder, "host.json"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", main: "app/functions.js" }));
  return folder;
}
