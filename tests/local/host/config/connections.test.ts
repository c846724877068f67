import { describe, expect, it } from "@jest/globals";
import { findConnection, resolveConnection } from "../../../../local/host/config/connections.ts";

describe("resolveConnection()", () => {
  it("prefers the prefixed setting, and falls back to AzureWebJobsStorage when no name is given", () => {
    const environment = { AzureWebJobsMine: "prefixed", Mine: "plain", AzureWebJobsStorage: "default" };
    expect(resolveConnection("Mine", environment)).toBe("prefixed");
    expect(resolveConnection("Storage", environment)).toBe("default");
    expect(resolveConnection(undefined, environment)).toBe("default");
    expect(resolveConnection("Mine", { Mine: "plain" })).toBe("plain");
  });

  it("spells out the development storage", () => {
    const text = resolveConnection("", { AzureWebJobsStorage: "UseDevelopmentStorage=true" });
    expect(text).toContain("QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1");
  });

  it("refuses identity-based connections and missing ones, naming them", () => {
    expect(() => resolveConnection("Mine", { Mine__queueServiceUri: "https://x" })).toThrow(/'Mine__queueServiceUri'/);
    expect(() => resolveConnection("Mine", {})).toThrow("Storage account connection string 'Mine' does not exist");
  });

  it("sees an identity-based default connection under either of its names", () => {
    const environment = { AzureWebJobsStorage__accountName: "x" };
    expect(() => resolveConnection("Storage", environment)).toThrow(
      /is identity-based \('AzureWebJobsStorage__accountName'\)/,
    );
    expect(() => resolveConnection(undefined, environment)).toThrow(/is identity-based/);
  });
});

describe("findConnection()", () => {
  it("takes the first that has a value, and is undefined when none has", () => {
    expect(findConnection(["a", "b"], { a: "", b: "2" })).toBe("2");
    expect(findConnection(["a"], {})).toBeUndefined();
  });

  it("refuses a group of settings that describe an identity", () => {
    expect(() => findConnection(["PubSub"], { PubSub__serviceUri: "https://x" })).toThrow(/'PubSub__serviceUri'/);
  });
});
