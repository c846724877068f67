import { describe, expect, it } from "@jest/globals";
import { beginEpisode } from "../../../../../local/host/durable/dispatch/begin-episode.ts";
import type { HistoryEvent } from "../../../../../local/host/durable/history/history-event.ts";
import { createHubState } from "../../../../../local/host/durable/state/hub-state.ts";
import type { Delivered, Instance } from "../../../../../local/host/durable/state/instance.ts";
import { raised, started, startEvent } from "../state/support/records.ts";

/** An instance that has got these events. */
function withInbox(events: readonly HistoryEvent[], history: readonly HistoryEvent[] = []): Instance {
  const state = createHubState();
  state.apply(started("a"));
  const instance = state.find("a");
  if (instance?.kind !== "orchestration") throw new Error("It was not started");
  const inbox: Delivered[] = events.map((event, index) => ({ sequence: index + 1, event }));
  return { ...instance, inbox, history };
}

const many = Array.from({ length: 2500 }, (_, index) => raised("go", String(index)));
const start = startEvent("a", "x1");

describe("beginEpisode()", () => {
  it("reads the start first, then the others in their order", () => {
    const episode = beginEpisode(withInbox([raised("go", "1"), start, raised("go", "2")]), 0);
    expect(episode?.events.slice(1)).toEqual([start, raised("go", "1"), raised("go", "2")]);
    expect(episode?.messages).toHaveLength(3);
  });

  it("does nothing before the start has come", () => {
    expect(beginEpisode(withInbox([raised("go", "1")]), 0)).toBeUndefined();
  });

  it("reads a thousand messages at most, and a start that stands behind them", () => {
    const episode = beginEpisode(withInbox([...many, start]), 0);
    expect(episode?.messages.at(-1)?.sequence).toBe(1000);
    expect(episode?.events.slice(1)).toEqual([start, ...many.slice(0, 1000)]);
  });

  it("does not read a start twice", () => {
    const episode = beginEpisode(withInbox([raised("go", "1"), start], [start]), 0);
    expect(episode?.events.slice(1)).toEqual([raised("go", "1")]);
  });

  it("leaves long messages for the next episode, but for the first", () => {
    const long = raised("go", "x".repeat(10 * 1024 * 1024));
    expect(beginEpisode(withInbox([long, long, long], [start]), 0)?.messages).toHaveLength(1);
    expect(beginEpisode(withInbox([raised("go", "1"), long, long], [start]), 0)?.messages).toHaveLength(2);
  });
});
