import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parseStartOptions } from "../../../local/dev/options.ts";

describe("parseStartOptions()", () => {
  it("has a default for everything", () => {
    expect(parseStartOptions([], "/project")).toEqual({
      port: 7071,
      data: join(process.cwd(), ".millrace"),
      fresh: false,
      app: "/project",
    });
  });

  it("reads every option", () => {
    const args = ["--port", "8080", "--data", "/data", "--fresh", "--app=/app"];
    expect(parseStartOptions(args, "/project")).toEqual({ port: 8080, data: "/data", fresh: true, app: "/app" });
  });

  it("knows when help is wanted", () => {
    expect(parseStartOptions(["--help"], "/project")).toBe("help");
  });

  it.each(["0", "65536", "-1", "80x", ""])("refuses port %j", (port) => {
    expect(() => parseStartOptions([`--port=${port}`], "/project")).toThrow(
      `Cannot use port "${port}": expected a number from 1 to 65535`,
    );
  });

  it("refuses what it does not know", () => {
    expect(() => parseStartOptions(["--prot", "1"], "/project")).toThrow(/--prot/);
  });
});
