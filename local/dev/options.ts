import { resolve } from "node:path";
import { parseArgs } from "node:util";

export interface StartOptions {
  /** The port of the Functions host. */
  readonly port: number;
  /** The folder that keeps everything between two starts. */
  readonly data: string;
  /** Starts from nothing. */
  readonly fresh: boolean;
  /** The folder of the Functions app, where its host.json is. */
  readonly app: string;
}

export const USAGE = `Usage: npm start -- [options]

  --port N     port of the app (default 7071)
  --data DIR   folder for jobs, files and queues (default .millrace)
  --fresh      remove what the data folder holds, then start
  --app DIR    another Functions app to run (default this one)
  --help       show this`;

/** Reads the command line of `npm start`. Throws with a message for a person; "help" when that was asked for. */
export function parseStartOptions(args: readonly string[], projectFolder: string): StartOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "7071" },
      data: { type: "string", default: ".millrace" },
      fresh: { type: "boolean", default: false },
      app: { type: "string", default: projectFolder },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  return { port: parsePort(values.port), data: resolve(values.data), fresh: values.fresh, app: resolve(values.app) };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new Error(`Cannot use port "${text}": expected a number from 1 to 65535`);
  return port;
}
