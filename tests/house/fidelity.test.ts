import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";

/** Rows name tests by a path below tests/local/host, by a part of one, or by the name alone after a row's first. */
const named = [...readFileSync("local/host/FIDELITY.md", "utf8").matchAll(/`([\w./*-]+\.test\.ts)`/g)].flatMap(
  ([, name]) => name ?? [],
);
const files = readdirSync("tests/local/host", { recursive: true }).map((file) => `/${String(file)}`);

describe("FIDELITY.md", () => {
  it("names many tests, each of which exists", () => {
    expect(named.length).toBeGreaterThan(100);
    const missing = named.filter((name) => {
      const [before = "", after = ""] = `/${name}`.split("*");
      return !files.some((file) => file.includes(before) && file.endsWith(after));
    });
    expect(missing).toEqual([]);
  });
});
