import { describe, expect, it } from "@jest/globals";
import { parseHostJson } from "../../../../local/host/config/host-json.ts";
import { readDurableOptions } from "../../../../local/host/durable/durable-options.ts";
import type { DurableOptions } from "../../../../local/host/durable/durable-options.ts";

function read(durableTask: Record<string, unknown>, environment: Record<string, string> = {}): DurableOptions {
  const hostJson = parseHostJson({ version: "2.0", extensions: { durableTask } }, "host.json");
  return readDurableOptions(hostJson.extension("durableTask"), environment);
}

describe("readDurableOptions()", () => {
  it("has the defaults of the extension", () => {
    expect(read({})).toMatchObject({
      hubName: "TestHubName",
      maxEntityBatch: 5000,
      defaultVersion: "",
      versionMatchStrategy: "CurrentOrOlder",
      versionFailureStrategy: "Reject",
      overridesRunning: false,
      storesInputs: false,
      defaultHttpSleepMs: 30_000,
      ignoredStorageProvider: undefined,
    });
    expect(read({}, { WEBSITE_SITE_NAME: "mysite" }).hubName).toBe("mysite");
  });

  it("reads what host.json says", () => {
    const settings = {
      hubName: "%HUB%",
      maxConcurrentActivityFunctions: 1,
      maxConcurrentOrchestratorFunctions: 2,
      maxConcurrentEntityFunctions: 3,
      maxEntityOperationBatchSize: 4,
      defaultVersion: "1.0",
      versionMatchStrategy: "strict",
      versionFailureStrategy: "Fail",
      overridableExistingInstanceStates: "AnyState",
      storeInputsInOrchestrationHistory: true,
      httpSettings: { defaultAsyncRequestSleepTimeMilliseconds: 5 },
      storageProvider: { type: "mssql" },
    };
    expect(read(settings, { HUB: "MyHub" })).toMatchObject({
      hubName: "MyHub",
      maxConcurrentActivities: 1,
      maxConcurrentOrchestrators: 2,
      maxConcurrentEntities: 3,
      maxEntityBatch: 4,
      defaultVersion: "1.0",
      versionMatchStrategy: "Strict",
      versionFailureStrategy: "Fail",
      overridesRunning: true,
      storesInputs: true,
      defaultHttpSleepMs: 5,
      ignoredStorageProvider: "mssql",
    });
    expect(read({ storageProvider: { type: "AzureStorage" } }).ignoredStorageProvider).toBeUndefined();
  });

  it.each([
    [{ hubName: "no-dashes" }, "must be 3 to 45 letters and digits"],
    [{ maxConcurrentActivityFunctions: 0 }, '"maxConcurrentActivityFunctions" must be a whole number from 1'],
    [{ versionMatchStrategy: "Newest" }, '"versionMatchStrategy" must be one of None, Strict, CurrentOrOlder'],
    [{ storeInputsInOrchestrationHistory: "yes" }, '"storeInputsInOrchestrationHistory" must be true or false'],
    [{ httpSettings: 5 }, '"httpSettings" must be an object'],
    [{ httpSettings: { defaultAsyncRequestSleepTimeMilliseconds: "5" } }, "extensions.durableTask.httpSettings"],
  ])("refuses %j and names the setting", (settings, message) => {
    expect(() => read(settings)).toThrow(message);
  });
});
