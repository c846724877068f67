import { describe, expect, it } from "@jest/globals";
import { parseHostJson } from "../../../../local/host/config/host-json.ts";
import { buildCatalog } from "../../../../local/host/functions/catalog.ts";
import type { CatalogEntry } from "../../../../local/host/functions/catalog.ts";
import type { HostContext } from "../../../../local/host/host-context.ts";
import type { TriggerExtension } from "../../../../local/host/triggers/trigger-extension.ts";
import type { RegisteredFunction } from "../../../../local/host/worker/core-module.ts";
import type { Binding } from "../../../../local/host/worker/protocol.ts";

const trigger = { type: "testTrigger", direction: "in" } as const;

function aFunction(name: string, bindings: Record<string, Binding> = { trigger }): RegisteredFunction {
  return { id: name, metadata: { name, bindings }, callback: () => undefined, scriptFile: "", directory: "" };
}

const extension: TriggerExtension = {
  triggerType: "testtrigger",
  add: (fn) => {
    if (fn.name === "refused") throw new Error("the extension refuses it");
  },
  describe: () => "",
  start: async () => undefined,
  stop: async () => undefined,
  manualInput: () => undefined,
};

function build(
  functions: readonly RegisteredFunction[],
  { hostJson = {}, environment = {} } = {},
): readonly CatalogEntry[] {
  const context = { hostJson: parseHostJson({ version: "2.0", ...hostJson }, "host.json"), environment };
  return buildCatalog(functions, [extension], context as unknown as HostContext);
}

describe("buildCatalog()", () => {
  it("sorts by name without regard to case and keeps what it cannot serve, with the reason", () => {
    const catalog = build([aFunction("b"), aFunction("refused"), aFunction("A")]);
    expect(catalog.map(({ name, error }) => [name, error])).toEqual([
      ["A", undefined],
      ["b", undefined],
      ["refused", "the extension refuses it"],
    ]);
  });

  it("leaves out what the allow list of host.json does not name", () => {
    const catalog = build([aFunction("a"), aFunction("b")], { hostJson: { functions: ["B"] } });
    expect(catalog.map(({ name }) => name)).toEqual(["b"]);
  });

  it("marks functions that a setting disables, in both spellings", () => {
    const environment = {
      "AzureWebJobs.a.Disabled": "True",
      AzureWebJobs_b_Disabled: "1",
      "AzureWebJobs.c.Disabled": "0",
    };
    const catalog = build([aFunction("a"), aFunction("b"), aFunction("c")], { environment });
    expect(catalog.map(({ isDisabled }) => isDisabled)).toEqual([true, true, false]);
  });

  it.each([
    ["1a", { trigger }, /'1a' is not a valid function name/],
    ["none", {}, /exactly one trigger binding, found 0/],
    ["two", { trigger, other: trigger }, /exactly one trigger binding, found 2/],
    [
      "other",
      { trigger: { type: "cosmosDBTrigger", direction: "in" } },
      /'cosmosDBTrigger' is not supported by this host, which serves 'testtrigger'/,
    ],
    [
      "input",
      { trigger, doc: { type: "documents", direction: "in" } },
      /The input binding 'doc' of type 'documents' is not supported/,
    ],
    [
      "output",
      { trigger, out: { type: "documents", direction: "out" } },
      /The binding 'out' of type 'documents' and direction 'out' is not supported/,
    ],
    [
      "http",
      { trigger, $return: { type: "http", direction: "out" } },
      /type 'http' and direction 'out' is not supported/,
    ],
  ] satisfies [string, Record<string, Binding>, RegExp][])("puts %s in error", (name, bindings, reason) => {
    expect(build([aFunction(name, bindings)])[0]?.error).toMatch(reason);
  });

  it("puts the second of two names that differ only in case in error", () => {
    const catalog = build([aFunction("same"), aFunction("SAME")]);
    expect(catalog.map(({ error }) => error)).toEqual([undefined, expect.stringContaining("differs from")]);
  });
});
