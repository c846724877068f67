import { describe, expect, it } from "@jest/globals";
import { deriveHostId, resolveHostId } from "../../../../local/host/config/host-id.ts";

describe("resolveHostId()", () => {
  it("takes the setting as it is", () => {
    expect(resolveHostId({ AzureFunctionsWebHost__hostid: "my-hosts-1" }, "/app")).toBe("my-hosts-1");
  });

  it.each(["Upper", "-a", "a-", "a--b", "a_b", "a".repeat(33)])("refuses %s, which no queue's name can hold", (id) => {
    expect(() => resolveHostId({ AzureFunctionsWebHost__hostid: id }, "/app")).toThrow(/must be 1 to 32 lower-case/);
  });

  it("derives one otherwise, the same for the same folder", () => {
    expect(resolveHostId({}, "/app")).toBe(resolveHostId({}, "/app"));
    expect(resolveHostId({}, "/app")).not.toBe(resolveHostId({}, "/other"));
  });
});

describe("deriveHostId()", () => {
  it("joins the machine's short name and the folder's hash", () => {
    // ((23 × 31 + "/") × 31 + "a") in 32 bits
    expect(deriveHostId("My-Machine.example.org", "/a")).toBe(`mymachine-${(23 * 31 + 47) * 31 + 97}`);
  });

  it("is at most 32 characters long and never ends in a dash", () => {
    expect(deriveHostId("m".repeat(31), "/a")).toBe("m".repeat(31));
    expect(deriveHostId("m".repeat(40), "/a")).toHaveLength(32);
  });
});
