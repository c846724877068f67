import { describe, expect, it } from "@jest/globals";
import { createLogFilter } from "../../../../local/host/logging/log-level.ts";
import { createLog } from "../../../../local/host/logging/log.ts";
import { createCore } from "../../../../local/host/worker/core-module.ts";
import type { Core } from "../../../../local/host/worker/core-module.ts";
import { createHooks } from "../../../../local/host/worker/hooks.ts";

interface Api {
  readonly version: string;
  registerFunction(metadata: object, callback: () => unknown): { dispose(): unknown };
  registerHook(name: string, hook: () => unknown): { dispose(): unknown };
  log(level: string, category: string, message: string): void;
}

function create(): { core: Core; api: Api; lines: string[] } {
  const lines: string[] = [];
  const hooks = createHooks();
  const log = createLog({ filter: createLogFilter({}), sink: ({ message }) => lines.push(message), hooks });
  const core = createCore(log, hooks);
  return { core, api: core.api as unknown as Api, lines };
}
const metadata = (name: string) => ({ name, bindings: {} });

describe("createCore()", () => {
  it("registers functions with the file that was being loaded, and takes them back", () => {
    const { core, api } = create();
    core.enterFile("/app/functions/a.js");
    const registration = api.registerFunction(metadata("a"), () => 1);
    expect(core.functions.get("a")).toMatchObject({ scriptFile: "a.js", directory: "/app/functions" });
    registration.dispose();
    registration.dispose(); // the second time does nothing
    expect(core.functions.size).toBe(0);
  });

  it("refuses a second function of the same id, and any change after start-up, as its own errors", () => {
    const { core, api } = create();
    const registration = api.registerFunction(metadata("a"), () => 1);
    const refused = (action: () => unknown) => {
      try {
        action();
      } catch (error) {
        return error as Error & { isAzureFunctionsSystemError: boolean };
      }
      throw new Error("was not refused");
    };
    expect(refused(() => api.registerFunction(metadata("a"), () => 2)).message).toBe(
      'A function with id "a" has already been registered.',
    );
    core.lock();
    const late = refused(() => api.registerFunction(metadata("b"), () => 2));
    expect(late.message).toBe("A function can only be registered during app startup.");
    expect(late.isAzureFunctionsSystemError).toBe(true);
    expect(refused(() => registration.dispose()).message).toBe("A function can only be disposed during app startup.");
  });

  it("refuses unknown hooks with a RangeError that is marked as the system's", () => {
    const { api } = create();
    const add = () => api.registerHook("unknown", () => undefined);
    expect(add).toThrow(RangeError);
    expect(add).toThrow(expect.objectContaining({ isAzureFunctionsSystemError: true }));
  });

  it("runs hooks in order until they are disposed of, and stops at the first that throws", async () => {
    const { core, api } = create();
    const seen: string[] = [];
    api.registerHook("appStart", () => seen.push("one"));
    const two = api.registerHook("appStart", () => {
      seen.push("two");
      throw new Error("stop here");
    });
    api.registerHook("appStart", () => seen.push("three"));
    await expect(core.hooks.run("appStart", {})).rejects.toThrow("stop here");
    two.dispose();
    await core.hooks.run("appStart", {});
    expect(seen).toEqual(["one", "two", "one", "three"]);
  });

  it("passes on what the library logs", () => {
    const { api, lines } = create();
    api.log("warning", "system", "from the library");
    api.log("debug", "system", "not shown");
    expect(lines).toEqual(["from the library"]);
  });
});
