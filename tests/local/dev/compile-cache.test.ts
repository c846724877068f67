import { describe, expect, it } from "@jest/globals";
import { shareCompileCache } from "../../../local/dev/compile-cache.ts";

function share(env: NodeJS.ProcessEnv): string | undefined {
  shareCompileCache(env);
  return env["NODE_COMPILE_CACHE"];
}

describe("shareCompileCache()", () => {
  it("names a folder among the installed packages, which nobody commits", () => {
    expect(share({})).toMatch(/node_modules.\.cache.compiled$/);
  });

  it("leaves a folder alone that somebody has chosen", () => {
    expect(share({ NODE_COMPILE_CACHE: "/mine" })).toBe("/mine");
  });

  it("does nothing while coverage is measured", () => {
    expect(share({ NODE_V8_COVERAGE: "/coverage" })).toBeUndefined();
  });
});
