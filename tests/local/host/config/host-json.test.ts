import { describe, expect, it } from "@jest/globals";
import { overrideHostJson } from "../../../../local/host/config/host-json-overrides.ts";
import { parseHostJson } from "../../../../local/host/config/host-json.ts";
import { readQueueOptions } from "../../../../local/host/queues/queue-options.ts";

const parse = (content: object) => parseHostJson({ version: "2.0", ...content }, "host.json");
const queueOptions = (queues: object) => readQueueOptions(parse({ extensions: { queues } }).extension("queues"));

describe("parseHostJson()", () => {
  it("has defaults for everything but the version", () => {
    const hostJson = parse({});
    expect(hostJson).toMatchObject({ functionTimeoutMs: 1_800_000, functions: undefined, logLevels: {} });
  });

  it("reads the timeout, -1 for none, the allow list and levels in any case", () => {
    expect(parse({ functionTimeout: "00:05:00" }).functionTimeoutMs).toBe(300_000);
    expect(parse({ functionTimeout: "-1" }).functionTimeoutMs).toBeUndefined();
    expect(parse({ functions: ["a"] }).functions).toEqual(["a"]);
    expect(parse({ logging: { logLevel: { default: "Warning", "Function.a": "None" } } }).logLevels).toEqual({
      default: "warning",
      "Function.a": "none",
    });
  });

  it.each([
    [{ version: "1.0" }, /"version" must be "2.0", found "1.0"/],
    [{ functionTimeout: "5 minutes" }, /"functionTimeout": "5 minutes" is not a time span/],
    [{ functionTimeout: "00:00:00" }, /"functionTimeout" must be from 00:00:01 to 24\.20:31:23, or "-1" for no limit/],
    [{ functionTimeout: "30.00:00:00" }, /"functionTimeout" must be from 00:00:01 to 24\.20:31:23/],
    [{ functions: "a" }, /"functions" must be a list/],
    [{ logging: { logLevel: { default: "loud" } } }, /logging\.logLevel\["default"\]: Unknown log level "loud"/],
    [{ extensions: [] }, /"extensions" must be an object/],
  ])("refuses %j", (content, message) => {
    expect(() => parseHostJson({ version: "2.0", ...content }, "host.json")).toThrow(message);
  });
});

describe("overrideHostJson()", () => {
  it("lays settings over host.json by their path, whatever its case", () => {
    const content = { version: "2.0", extensions: { http: { routePrefix: "api", hsts: {} } }, functions: ["a", "b"] };
    const environment = {
      AzureFunctionsJobHost__Extensions__Http__RoutePrefix: "v1",
      AzureFunctionsJobHost__extensions__queues__batchSize: "4",
      "AzureFunctionsJobHost:logging:logLevel:default": "Error",
      AzureFunctionsJobHost__functions__1: "c",
      azurefunctionsjobhost__watchDirectories__0: "x",
      AzureWebJobsStorage: "other",
    };
    expect(overrideHostJson(content, environment)).toEqual({
      version: "2.0",
      extensions: { http: { routePrefix: "v1", hsts: {} }, queues: { batchSize: "4" } },
      logging: { logLevel: { default: "Error" } },
      functions: ["a", "c"],
      watchDirectories: ["x"],
    });
    expect(overrideHostJson(content, {})).toEqual(content);
  });
});

describe("readQueueOptions()", () => {
  it("reads numbers that are written as texts", () => {
    expect(queueOptions({ batchSize: "4", newBatchThreshold: "0" })).toMatchObject({
      batchSize: 4,
      newBatchThreshold: 0,
    });
  });

  it("has the defaults of the queue extension", () => {
    expect(queueOptions({})).toMatchObject({
      batchSize: 16,
      maxDequeueCount: 5,
      visibilityTimeoutMs: 0,
      maxPollingIntervalMs: 60_000,
      messageEncoding: "base64",
    });
    expect(queueOptions({ batchSize: 1 }).newBatchThreshold).toBe(0);
  });

  it.each([
    [{ batchSize: 33 }, /"batchSize" must be from 1 to 32, found 33/],
    [{ maxDequeueCount: 0 }, /"maxDequeueCount" must be a whole number from 1/],
    [{ maxPollingInterval: "00:00:00.050" }, /at least 100 milliseconds/],
    [{ messageEncoding: "utf8" }, /must be "base64" or "none"/],
    [{ visibilityTimeout: 5 }, /"visibilityTimeout" must be a text/],
    [{ visibilityTimeout: "-00:00:10" }, /visibilityTimeout must be from 00:00:00 to 7\.00:00:00/],
    [{ visibilityTimeout: "7.00:00:01" }, /visibilityTimeout must be from 00:00:00 to 7\.00:00:00/],
  ])("refuses %j", (queues, message) => {
    expect(() => queueOptions(queues)).toThrow(message);
  });
});
