import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";

describe("the scripts of package.json", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };

  it.each(["start", "host"])("%s takes the place of npm's shell, which would keep a SIGTERM to itself", (name) => {
    expect(scripts[name]).toMatch(/^exec node /);
  });
});
