import { parseArgs } from "node:util";
import { parseTimeSpanInMilliseconds } from "../config/time-span.ts";
import type { HostOptions } from "../host-options.ts";
import { messageOf } from "../logging/describe-error.ts";
import { parseLogLevel } from "../logging/log-level.ts";

export const USAGE = `Runs an Azure Functions app (v4 programming model, compiled) in this process.

  node dist/local/host/main.js --app DIR [options]

  --app DIR                  folder of host.json and package.json
  --port N                   default: Host.LocalHttpPort of local.settings.json, else 7071; 0 takes a free one
  --address A                default 127.0.0.1
  --state DIR                Durable hubs, what timers remember, and keys; default .functions in the app's folder
  --enable-auth              enforce authLevel and keys (they are in keys.json of the state folder)
  --queue-visibility SPAN    how long a received message stays invisible unless renewed; default 00:10:00
  --owner-lease SPAN         how long a host that does not move keeps timers and hubs from the others; default 00:00:15
  --drain-seconds N          how long to wait for running invocations at the end; default 4
  --watch                    start the app anew when its files change
  --log-level LEVEL          trace, debug, information, warning, error, critical or none; default as host.json says
`;

const HINT = "--help lists the options";

/** Shorter visibilities would make their own renewal a load on the queue; longer ones the storage service refuses. */
const QUEUE_VISIBILITY_RANGE_MS = { min: 1000, max: 7 * 24 * 3_600_000 };

/** Shorter and a busy process loses it; a blob, on which Azure does the same, can be leased for a minute at most. */
const OWNER_LEASE_RANGE_MS = { min: 1000, max: 60_000 };

export interface CommandLine extends HostOptions {
  readonly watch?: boolean;
}

/** Reads the command line. Undefined when it only asks for help. Throws when it is wrong. */
export function parseCommandLine(argv: readonly string[]): CommandLine | undefined {
  const { values } = readOptions(argv);
  if (values.help === true) return undefined;
  if (values.app === undefined) throw new Error(`--app DIR is missing: name the folder of the function app. ${HINT}`);

  return dropUndefined({
    appFolder: values.app,
    port: parse(values.port, (text) => parseNumber("--port", text, { min: 0, max: 65_535 })),
    address: values.address,
    stateFolder: values.state,
    enableAuth: values["enable-auth"],
    queueVisibilityMs: parse(values["queue-visibility"], parseVisibility),
    ownerLeaseMs: parse(values["owner-lease"], parseLease),
    drainMs: parse(
      values["drain-seconds"],
      (text) => parseNumber("--drain-seconds", text, { min: 0, max: 3600 }) * 1000,
    ),
    logLevel: parse(values["log-level"], parseLogLevel),
    watch: values.watch,
    takesConnections: values["take-connections"],
  });
}

function parse<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}

function parseNumber(option: string, text: string, { min, max }: { min: number; max: number }): number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new Error(`${option} must be a whole number from ${min} to ${max}, found "${text}"`);
}

function parseVisibility(text: string): number {
  const milliseconds = parseTimeSpanInMilliseconds(text);
  const { min, max } = QUEUE_VISIBILITY_RANGE_MS;
  if (milliseconds % 1000 === 0 && milliseconds >= min && milliseconds <= max) return milliseconds;
  throw new Error(`--queue-visibility must be whole seconds from 00:00:01 to 7.00:00:00, found "${text}"`);
}

function parseLease(text: string): number {
  const milliseconds = parseTimeSpanInMilliseconds(text);
  const { min, max } = OWNER_LEASE_RANGE_MS;
  if (milliseconds >= min && milliseconds <= max) return milliseconds;
  throw new Error(`--owner-lease must be from 00:00:01 to 00:01:00, found "${text}"`);
}

/** Throws when there is an option that does not exist, or one without its value. */
function readOptions(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        app: { type: "string" },
        port: { type: "string" },
        address: { type: "string" },
        state: { type: "string" },
        "enable-auth": { type: "boolean" },
        "queue-visibility": { type: "string" },
        "owner-lease": { type: "string" },
        "drain-seconds": { type: "string" },
        "log-level": { type: "string" },
        watch: { type: "boolean" },
        "take-connections": { type: "boolean" }, // given by --watch to its app, and to nobody else
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new Error(`${messageOf(error)}. ${HINT}`, { cause: error });
  }
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function dropUndefined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}
