import { describe, expect, it } from "@jest/globals";
import { traceContext } from "../../../../local/host/functions/trace-context.ts";

describe("traceContext()", () => {
  const caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  it("keeps the caller's trace and state, with a span of its own", () => {
    const { traceParent, traceState } = traceContext(caller, "vendor=1");
    expect(traceParent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(traceParent).not.toBe(caller);
    expect(traceState).toBe("vendor=1");
  });

  it.each([undefined, "", "not a trace", "00-xyz-b7ad6b7169203331-01"])("begins a new trace for %j", (header) => {
    const one = traceContext(header, "vendor=1");
    expect(one.traceParent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(one.traceState).toBe("");
    expect(one.traceParent).not.toBe(traceContext(header).traceParent);
  });
});
