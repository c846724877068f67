import { availableParallelism } from "node:os";
import { resolveSettings } from "../config/expressions.ts";
import type { Environment } from "../config/expressions.ts";
import type { Section } from "../config/host-json.ts";

/** `extensions.durableTask` of host.json with the defaults of the Durable extension. Times in milliseconds. */
export interface DurableOptions {
  readonly hubName: string;
  readonly maxConcurrentActivities: number;
  readonly maxConcurrentOrchestrators: number;
  readonly maxConcurrentEntities: number;
  readonly maxEntityBatch: number;
  /** The version of instances that are started without one. */
  readonly defaultVersion: string;
  /** Which instances this app runs, by comparison with its default version, and what becomes of the others. */
  readonly versionMatchStrategy: VersionMatchStrategy;
  readonly versionFailureStrategy: VersionFailureStrategy;
  /** Whether a start of an instance that is running puts the new one in its place (else it is refused). */
  readonly overridesRunning: boolean;
  /** Whether the history says what was passed to activities and sub-orchestrations. */
  readonly storesInputs: boolean;
  readonly maximumShortTimerMs: number;
  readonly longTimerIntervalMs: number;
  readonly defaultHttpSleepMs: number;
  /** The storage that host.json asks for, when it is another than the default: hubs are kept in the state folder. */
  readonly ignoredStorageProvider: string | undefined;
}

const MATCH_STRATEGIES = ["None", "Strict", "CurrentOrOlder"] as const;
const FAILURE_STRATEGIES = ["Reject", "Fail"] as const;
type VersionMatchStrategy = (typeof MATCH_STRATEGIES)[number];
type VersionFailureStrategy = (typeof FAILURE_STRATEGIES)[number];

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
    versionMatchStrategy: section.choice("versionMatchStrategy", MATCH_STRATEGIES) ?? "CurrentOrOlder",
    versionFailureStrategy: section.choice("versionFailureStrategy", FAILURE_STRATEGIES) ?? "Reject",
    overridesRunning:
      section.choice("overridableExistingInstanceStates", ["NonRunningStates", "AnyState"]) === "AnyState",
    storesInputs: section.boolean("storeInputsInOrchestrationHistory") ?? false,
    maximumShortTimerMs: 6 * DAY_MS,
    longTimerIntervalMs: 3 * DAY_MS,
    defaultHttpSleepMs:
      section.section("httpSettings").integer("defaultAsyncRequestSleepTimeMilliseconds", { min: 1 }) ?? 30_000,
    ignoredStorageProvider: readStorageProvider(section),
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

function readStorageProvider(section: Section): string | undefined {
  const type = section.section("storageProvider").text("type");
  return type?.toLowerCase() === "azurestorage" ? undefined : type;
}
