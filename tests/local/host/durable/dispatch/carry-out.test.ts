import { describe, expect, it } from "@jest/globals";
import { parseHostJson } from "../../../../../local/host/config/host-json.ts";
import { carryOut } from "../../../../../local/host/durable/dispatch/carry-out.ts";
import { readDurableOptions } from "../../../../../local/host/durable/durable-options.ts";
import { newInstance } from "../../../../../local/host/durable/state/editable.ts";
import { startEvent } from "../state/support/records.ts";

const options = readDurableOptions(parseHostJson({ version: "2.0" }, "host.json").extension("durableTask"), {});
const facts = { options, timestamp: "2026-01-01T00:00:00.000Z", instance: newInstance(startEvent("a", "x1"), "a", 0) };

describe("carryOut()", () => {
  it("sends a scheduled signal for the time it is due, and any other at once", () => {
    const signal = { kind: "sendEvent", id: 0, to: "@counter@k", name: "op", input: "{}" } as const;
    const { outgoing } = carryOut([signal, { ...signal, id: 1, dueAt: 5 }], facts);
    expect(outgoing.messages.map(({ dueAt }) => dueAt)).toEqual([undefined, 5]);
  });
});
