import { describe, expect, it } from "@jest/globals";
import { parseCommandLine } from "../../../../local/host/cli/arguments.ts";

describe("parseCommandLine()", () => {
  it("reads every option", () => {
    const argv =
      "--app a --port 0 --address 0.0.0.0 --state s --enable-auth --queue-visibility 00:00:30 --drain-seconds 9 --log-level Warning --owner-lease 00:00:05 --watch";
    expect(parseCommandLine(argv.split(" "))).toEqual({
      appFolder: "a",
      port: 0,
      address: "0.0.0.0",
      stateFolder: "s",
      enableAuth: true,
      queueVisibilityMs: 30_000,
      drainMs: 9000,
      logLevel: "warning",
      ownerLeaseMs: 5000,
      watch: true,
    });
    expect(parseCommandLine(["--app", "a"])).toEqual({ appFolder: "a" });
    expect(parseCommandLine(["--help"])).toBeUndefined();
  });

  it.each([
    [[], /--app DIR is missing.*--help/],
    [["--app", "a", "--port", "x"], /--port must be a whole number from 0 to 65535, found "x"/],
    [["--app", "a", "--queue-visibility", "00:00:00.5"], /--queue-visibility must be whole seconds/],
    [["--app", "a", "--drain-seconds", "-1"], /drain-seconds/],
    [["--app", "a", "--owner-lease", "00:02:00"], /--owner-lease must be from 00:00:01 to 00:01:00/],
    [["--app", "a", "--log-level", "loud"], /Unknown log level "loud"/],
    [["--app", "a", "--unknown"], /unknown.*--help lists the options/],
  ])("refuses %j", (argv, message) => {
    expect(() => parseCommandLine(argv)).toThrow(message);
  });
});
