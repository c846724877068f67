import { describe, expect, it } from "@jest/globals";
import {
  activity,
  anyOf,
  completed,
  kindsOf,
  reenacted,
  scheduled,
  START,
  timerAt,
  timerCreated,
  timerFired,
  type Unstamped,
} from "./an-execution.ts";

const DAY_MS = 24 * 3600_000;

describe("reenact() of timers", () => {
  it("creates a timer for its time, however that lies", () => {
    expect(reenacted({ actions: [timerAt(START + 500)] }).decisions).toEqual([
      { kind: "createTimer", id: 0, fireAt: START + 500 },
    ]);
    expect(reenacted({ actions: [timerAt(START - 500)] }).decisions).toMatchObject([{ fireAt: START - 500 }]);
  });

  it("creates a cancelled timer too, but neither waits for it nor lets it keep the instance running", () => {
    const actions = [anyOf(activity(), timerAt(START + 500, true))];
    expect(kindsOf(reenacted({ actions }))).toEqual(["0 scheduleTask", "1 createTimer"]);
    const episodes = [[scheduled(0), timerCreated(1)], [completed(0)]];
    expect(reenacted({ actions, episodes, answer: { isDone: true } }).completion?.status).toBe("Completed");
    const late = [...episodes, [timerFired(1)]];
    expect(kindsOf(reenacted({ actions: [...actions, activity()], episodes: late }))).toEqual(["2 scheduleTask"]);
  });

  it("makes a timer beyond the longest one of pieces, the last no longer than needed", () => {
    const actions = [timerAt(START + 7 * DAY_MS), activity()];
    const at = (days: number, ...events: readonly Unstamped[]) => ({
      at: START + days * DAY_MS,
      events,
    });
    const episodes = [
      at(0, timerCreated(0)),
      at(3, timerFired(0), timerCreated(1)),
      at(6, timerFired(1), timerCreated(2)),
      at(7, timerFired(2)),
    ];
    const fireDays = [0, 1, 2].map((count) => {
      const before = episodes.slice(0, count + 1).map((episode, index) => ({
        ...episode,
        events: index === count ? episode.events.slice(0, count === 0 ? 0 : 1) : episode.events,
      }));
      const [timer] = reenacted({ actions, episodes: before }).decisions;
      return timer?.kind === "createTimer" ? (timer.fireAt - START) / DAY_MS : timer;
    });
    expect(fireDays).toEqual([3, 6, 7]);
    expect(kindsOf(reenacted({ actions, episodes }))).toEqual(["3 scheduleTask"]);
  });

  it("creates only the first piece of a long timer that is cancelled", () => {
    const { decisions } = reenacted({ actions: [timerAt(START + 30 * DAY_MS, true)] });
    expect(decisions).toEqual([{ kind: "createTimer", id: 0, fireAt: START + 3 * DAY_MS }]);
  });

  it("fails for what is no time", () => {
    const { completion } = reenacted({ actions: [{ actionType: 5, fireAt: "soon", isCanceled: false }] });
    expect(completion).toMatchObject({ error: expect.stringContaining("expected an ISO time") as unknown });
  });
});
