import { availableParallelism } from "node:os";
import type { Section } from "../config/host-json.ts";
import { resolveSettings } from "../config/expressions.ts";
import type { Environment } from "../config/expressions.ts";

/** `extensions.durableTask` of host.json with the defaults of the Durable extension. Times in milliseconds. */
export interface DurableOptions {
  readonly hubName: string;
  readonly maxConcurrentActivities: number;
  readonly maxConcurrentOrchestrators: number;
  readonly maxConcurrentEntities: number;
  readonly maxEntityBatch: number;
  /** The version of instances that are started without one. */
  readonly defaultVersion: string;
  /** Whether a start replaces an instance of its id that is running; host.json `overridableExistingInstanceStates`. */
  readonly replacesRunning: boolean;
  readonly storesInputs: boolean;
  readonly maximumShortTimerMs: number;
  readonly longTimerIntervalMs: number;
  readonly defaultHttpSleepMs: number;
}

/** Alphanumeric, because the name is part of table, queue and container names in Azure. */
const HUB_NAME = /^[a-z][a-z0-9]{2,44}$/i;
const DAY_MS = 86_400_000;

/** Throws when a setting has the wrong form; host.json's own sentences say which. */
export function readDurableOptions(section: Section, environment: Environment): DurableOptions {
  const perProcessor = 10 * availableParallelism();
  const count = (key: string, otherwise: number) => section.integer(key, { min: 1 }) ?? otherwise;
  return {
    hubName: readHubName(section, environment),
    maxConcurrentActivities: count("maxConcurrentActivityFunctions", perProcessor),
    maxConcurrentOrchestrators: count("maxConcurrentOrchestratorFunctions", perProcessor),
    maxConcurrentEntities: count("maxConcurrentEntityFunctions", perProcessor),
    maxEntityBatch: count("maxEntityOperationBatchSize", 5000),
    defaultVersion: section.text("defaultVersion") ?? "",
    replacesRunning: readOverridableStates(section) === "AnyState",
    storesInputs: false,
    maximumShortTimerMs: 6 * DAY_MS,
    longTimerIntervalMs: 3 * DAY_MS,
    defaultHttpSleepMs: 30_000,
  };
}

function readHubName(section: Section, environment: Environment): string {
  const name = resolveSettings(
    section.text("hubName") ?? (environment["WEBSITE_SITE_NAME"] || "TestHubName"),
    environment,
  );
  if (HUB_NAME.test(name)) return name;
  throw new Error(`The task hub name "${name}" must be 3 to 45 letters and digits and begin with a letter`);
}

/** With the default, NonRunningStates, only what has ended is replaced. */
function readOverridableStates(section: Section): string {
  const states = section.text("overridableExistingInstanceStates") ?? "NonRunningStates";
  if (states === "NonRunningStates" || states === "AnyState") return states;
  throw new Error(
    `overridableExistingInstanceStates in extensions.durableTask of host.json is "${states}": it must be "NonRunningStates" or "AnyState"`,
  );
}
