import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { newFolder, startHostProcess } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";
import { until } from "../../support/until.ts";

/** The app in tests/fixtures/apps/crash on one state folder, through as many host processes as it takes. */
export interface CrashApp {
  readonly stateFolder: string;
  /** Starts a host. `killAt` names the append to the journal at which it dies: see children/kill-at-append.ts. */
  start(killAt?: string): Promise<HostProcess>;
  /** What activities have noted, in order. */
  effects(): readonly Effect[];
}

interface Effect {
  readonly pid: number;
  readonly what: string;
  readonly value: unknown;
}

export interface InstanceStatus {
  readonly instanceId: string;
  readonly runtimeStatus: string;
  readonly output: unknown;
}

const KILL_AT_APPEND = resolve("dist/tests/local/host/durable/crashes/children/kill-at-append.js");

export function createCrashApp(env: Readonly<Record<string, string>> = {}): CrashApp {
  const stateFolder = newFolder();
  const effectsFile = join(stateFolder, "effects.jsonl");
  return {
    stateFolder,
    start: (killAt) =>
      startHostProcess({
        app: "crash",
        stateFolder,
        args: ["--owner-lease", "00:00:02", "--queue-visibility", "00:00:02"],
        env: { ...env, EFFECTS_FILE: effectsFile, ...(killAt === undefined ? {} : { KILL_AT: killAt }) },
        execArgv: killAt === undefined ? [] : ["--import", KILL_AT_APPEND],
      }),
    effects() {
      const lines = existsSync(effectsFile) ? readFileSync(effectsFile, "utf8").trim().split("\n") : [];
      return lines.map((line) => JSON.parse(line) as Effect);
    },
  };
}

const base = (host: HostProcess) => `${host.url}/runtime/webhooks/durabletask`;

export interface Start {
  readonly name: string;
  readonly id: string;
  readonly input?: unknown;
}

/** Starts an instance unless it is there already. Rejects when the host dies before it answers. */
export async function startInstance(host: HostProcess, { name, id, input }: Start): Promise<void> {
  if (await getStatus(host, id)) return;
  const body = input === undefined ? null : JSON.stringify(input);
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${base(host)}/orchestrators/${name}/${id}`, { method: "POST", headers, body });
  if (response.status !== 202) throw new Error(`Cannot start "${id}": ${response.status} ${await response.text()}`);
}

/** Calm when the instance has ended: then it has heard of it by a request whose answer was lost with its host. */
export async function raiseEvent(
  host: HostProcess,
  id: string,
  event: { name: string; value: unknown },
): Promise<void> {
  const { name, value } = event;
  const response = await fetch(`${base(host)}/instances/${id}/raiseEvent/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  });
  if (![202, 410].includes(response.status))
    throw new Error(`Cannot raise "${name}": ${response.status} ${await response.text()}`);
}

/** Undefined when there is no such instance. */
export async function getStatus(host: HostProcess, id: string): Promise<InstanceStatus | undefined> {
  const response = await fetch(`${base(host)}/instances/${id}`);
  if (response.status === 404) return undefined;
  return (await response.json()) as InstanceStatus;
}

export async function waitForEnd(host: HostProcess, id: string): Promise<InstanceStatus> {
  return until(async () => {
    const status = await getStatus(host, id);
    return status && ["Completed", "Failed", "Terminated"].includes(status.runtimeStatus) ? status : undefined;
  }, `instance "${id}" to end`);
}

/** The state of an entity; undefined when it does not exist. */
export async function getEntity(host: HostProcess, name: string, key: string): Promise<unknown> {
  const response = await fetch(`${base(host)}/entities/${name}/${key}`);
  return response.status === 404 ? undefined : response.json();
}
