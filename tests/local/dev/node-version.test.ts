import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { complainAboutNode } from "../../../local/dev/node-version.ts";

describe("complainAboutNode()", () => {
  it.each(["20.19.0", "22.1.0", "24.0.0"])("takes %s", (version) => {
    expect(complainAboutNode(version)).toBeUndefined();
  });

  it.each(["20.18.3", "18.20.4", "9.0.0"])("says in one line that %s is too old", (version) => {
    expect(complainAboutNode(version)).toBe(
      `Node.js 20.19 or newer is needed, and this is ${version}: https://nodejs.org`,
    );
  });

  it("asks for the version that package.json asks for", () => {
    const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { node: string } };
    expect(complainAboutNode("1.0.0")).toContain(`Node.js ${engines.node.replace(">=", "")} or newer`);
  });
});
