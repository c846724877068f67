import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "../../local/process/start-child.ts";
import type { Child } from "../../local/process/start-child.ts";

export interface HostProcess {
  readonly url: string;
  readonly pid: number;
  /** As a machine that loses power: no drain, no goodbye. */
  kill(): Promise<void>;
  /** As a deployment does: SIGTERM, and then it ends by itself. Resolves with the end of what it has printed. */
  readonly stop: () => Promise<string>;
}

export interface HostProcessOptions {
  /** The folder of the function app; by default the product. */
  readonly app?: string;
  /** After which time messages of a killed host come back. */
  readonly queueVisibility?: string;
  /** Where it keeps its task hub, for hosts that share one; by default a new folder. */
  readonly state?: string;
  /** What it prints; by default errors only. */
  readonly logLevel?: string;
}

/** An app on the embedded host, a process of its own. Its leases are of two seconds if the environment says no more. */
export async function startHostProcess(
  environment: Readonly<Record<string, string>>,
  { app = ".", queueVisibility = "00:00:02", logLevel = "error", state: folder }: HostProcessOptions = {},
): Promise<HostProcess> {
  const state = folder ?? (await mkdtemp(join(tmpdir(), "millrace-host-")));
  const flags = { app, port: "0", state, "queue-visibility": queueVisibility, "log-level": logLevel };
  const child: Child = await startChild({
    name: "Functions host",
    module: new URL("../../local/host/main.js", import.meta.url),
    args: Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
    env: { ...process.env, OPENAI_API_KEY: "none", LEASE_SECONDS: "2", ...environment },
  });
  return {
    url: String((child.ready as { readonly url?: unknown }).url).replace(/\/$/, ""),
    pid: child.pid,
    async kill() {
      process.kill(child.pid, "SIGKILL");
      await child.exited;
    },
    async stop() {
      await child.stop();
      return (await child.exited).output;
    },
  };
}
