import { describe, expect, it } from "@jest/globals";
import { formatEntry } from "../../../../local/host/logging/console.ts";
import { createLogFilter, parseLogLevel } from "../../../../local/host/logging/log-level.ts";
import { createLog } from "../../../../local/host/logging/log.ts";
import type { LogEntry } from "../../../../local/host/logging/log.ts";
import { createHooks } from "../../../../local/host/worker/hooks.ts";

function collect(levels = {}) {
  const entries: LogEntry[] = [];
  const hooks = createHooks();
  const log = createLog({ filter: createLogFilter(levels), sink: (entry) => entries.push(entry), hooks });
  return { entries, hooks, log };
}

describe("createLogFilter()", () => {
  it("lets the longest prefix decide, and shows information by default", () => {
    const shows = createLogFilter({ Function: "error", "Function.loud": "trace", "Host.Results": "none" });
    expect(shows("Function.quiet.User", "warning")).toBe(false);
    expect(shows("Function.loud.User", "trace")).toBe(true);
    expect(shows("function.LOUD", "trace")).toBe(true);
    expect(shows("Host.Results", "critical")).toBe(false);
    expect(shows("Host.General", "information")).toBe(true);
    expect(shows("Host.General", "debug")).toBe(false);
  });

  it("refuses levels that are none", () => {
    expect(parseLogLevel("WARNING")).toBe("warning");
    expect(() => parseLogLevel("verbose")).toThrow(/Unknown log level "verbose"/);
  });
});

describe("createLog()", () => {
  it("lets log hooks change the app's entries, but not the host's", () => {
    const { entries, hooks, log } = collect();
    hooks.add("log", (context) => {
      Object.assign(context, { message: "changed", level: "error" });
    });
    log.write({ level: "information", logger: "Function.a.User", category: "user", message: "app" });
    log.host("information", "host");
    expect(entries.map(({ level, message }) => [level, message])).toEqual([
      ["error", "changed"],
      ["information", "host"],
    ]);
  });

  it("goes on when a log hook throws or touches what it may only read", () => {
    const { entries, hooks, log } = collect();
    hooks.add("log", (context) => {
      Object.assign(context, { category: "system" });
    });
    log.host("warning", "still here");
    expect(entries).toHaveLength(1);
  });

  it("offers log hooks also what the console does not show", () => {
    const { entries, hooks, log } = collect({ default: "error" });
    expect(log.isEnabled("Host.General", "information")).toBe(false);
    hooks.add("log", () => undefined);
    expect(log.isEnabled("Host.General", "information")).toBe(true);
    log.host("information", "not shown");
    expect(entries).toEqual([]);
  });
});

describe("formatEntry()", () => {
  it("names the function of the app's own entries", () => {
    const now = new Date(0);
    const entry = { level: "warning", logger: "Function.a.User", message: "text" } as const;
    expect(formatEntry({ ...entry, category: "user" }, now)).toBe(
      "[1970-01-01T00:00:00.000Z] [Warning] [Function.a.User] text\n",
    );
    expect(formatEntry(entry, now)).toBe("[1970-01-01T00:00:00.000Z] [Warning] text\n");
  });
});
