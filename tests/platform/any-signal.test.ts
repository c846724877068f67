import { getEventListeners } from "node:events";
import { describe, expect, it } from "@jest/globals";
import { anySignal } from "../../src/platform/any-signal.ts";

describe("anySignal()", () => {
  it.each([0, 1])("fires with signal %i, for its reason", (index) => {
    const sources = [new AbortController(), new AbortController()];
    const { signal } = anySignal(...sources.map((source) => source.signal));
    expect(signal.aborted).toBe(false);
    const reason = new Error("stop");
    sources[index]?.abort(reason);
    expect(signal.reason).toBe(reason);
  });

  it("has fired when one of them had", () => {
    const reason = new Error("stop");
    expect(anySignal(new AbortController().signal, AbortSignal.abort(reason)).signal.reason).toBe(reason);
  });

  it("leaves nothing behind on them once it is cleared: they live as long as the process", () => {
    const source = new AbortController();
    const either = anySignal(source.signal);
    expect(getEventListeners(source.signal, "abort")).toHaveLength(1);
    either.clear();
    expect(getEventListeners(source.signal, "abort")).toHaveLength(0);
    source.abort();
    expect(either.signal.aborted).toBe(false);
  });
});
