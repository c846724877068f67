import { describe, expect, it } from "@jest/globals";
import { parsePathPattern } from "../../../../../local/host/triggers/blob/path-pattern.ts";

describe("parsePathPattern()", () => {
  it.each([
    ["in-box", "any/blob", {}],
    ["in-box/{name}", "a/b.txt", { name: "a/b.txt" }],
    ["in-box/{name}.{ext}", "a.tar.gz", { name: "a.tar", ext: "gz" }],
    ["in-box/{folder}/{name}", "x/y/z", { folder: "x/y", name: "z" }],
    ["in-box/a+b-{id}.txt", "a+b-7.txt", { id: "7" }],
    ["in-box/{{x}}-{id}", "{x}-7", { id: "7" }],
    ["in-box/exactly.txt", "exactly.txt", {}],
  ])("%s matches %s", (path, blob, captures) => {
    const pattern = parsePathPattern(path);
    expect(pattern.container).toBe("in-box");
    expect(pattern.match(blob)).toEqual(captures);
  });

  it.each([
    ["in-box/{name}.txt", "a.txt.bak"],
    ["in-box/{name}.txt", "aXtxt"],
    ["in-box/{name}.txt", "a.TXT"],
    ["in-box/{folder}/{name}", "no-folder"],
    ["in-box/exactly.txt", "exactly.txt2"],
  ])("%s does not match %s", (path, blob) => {
    expect(parsePathPattern(path).match(blob)).toBeUndefined();
  });

  it.each([
    ["in-box/", /must be in the format 'container\/blob'/],
    ["/blob", /must be in the format 'container\/blob'/],
    ["{container}/blob", /Container paths cannot contain \{resolve\} tokens/],
    ["In-Box/{name}", /Invalid container name/],
    ["azure-webjobs-hosts/{name}", /kept for the host's own blobs/],
    ["azure-webjobs-secrets", /kept for the host's own blobs/],
    ["$logs/{name}", /kept for the host's own blobs/],
    ["in-box/{a.b}", /Capture expressions can't include dot operators: 'a\.b'/],
    ["in-box/{name", /Missing closing bracket/],
  ])("refuses %s", (path, reason) => {
    expect(() => parsePathPattern(path)).toThrow(reason);
  });
});
