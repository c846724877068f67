import { describe, expect, it } from "@jest/globals";
import { parseHostJson } from "../../../../../local/host/config/host-json.ts";
import { Dispatcher } from "../../../../../local/host/durable/dispatch/dispatcher.ts";
import { readDurableOptions } from "../../../../../local/host/durable/durable-options.ts";
import type { JournalRecord } from "../../../../../local/host/durable/journal/journal-record.ts";
import { createHubState } from "../../../../../local/host/durable/state/hub-state.ts";
import { until } from "../../support/until.ts";
import { started } from "../state/support/records.ts";
import { createToyApp } from "./support/toy-app.ts";

/** A dispatcher whose journal refuses the episodes of one instance as too long. */
function dispatcherThatCannotWrite(tooLong: string): {
  take: (record: JournalRecord) => void;
  errors: string[];
  statusOf: (id: string) => string;
  stop: () => Promise<void>;
} {
  const state = createHubState();
  const errors: string[] = [];
  const take = (record: JournalRecord) => {
    dispatcher.follow(state.apply(record));
  };
  const options = readDurableOptions(parseHostJson({ version: "2.0" }, "host.json").extension("durableTask"), {});
  const { functions, run } = createToyApp();
  const dispatcher = new Dispatcher({
    state,
    functions,
    run,
    options,
    commit(record) {
      if (record.type === "episodeCompleted" && record.id === tooLong)
        return Promise.reject(new RangeError("Invalid string length"));
      take(record);
      return Promise.resolve();
    },
    log: { isEnabled: () => true, write: () => undefined, host: (_, message) => void errors.push(message) },
  });
  return {
    take,
    errors,
    statusOf: (id) => {
      const found = state.find(id);
      return found?.kind === "orchestration" ? found.status : "none";
    },
    stop: () => dispatcher.stop(),
  };
}

describe("Dispatcher", () => {
  it("goes on with the others when the episode of one cannot be written", async () => {
    const { take, errors, statusOf, stop } = dispatcherThatCannotWrite("bad");
    take(startOf("bad"));
    take(startOf("good"));
    await until(() => statusOf("good") === "Completed", "the other one to end");
    expect(statusOf("bad")).toBe("Pending");
    expect(errors).toEqual([expect.stringMatching(/"bad" is tried again in 1000 ms.*Invalid string length/s)]);
    await stop();
  });
});

function startOf(id: string): JournalRecord {
  const record = started(id);
  return { ...record, message: { ...record.message, event: { ...record.message.event, Name: "short" } as never } };
}
