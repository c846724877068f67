import { describe, expect, it } from "@jest/globals";
import {
  activity,
  completed,
  failed,
  kindsOf,
  reenacted,
  scheduled,
  START,
  timerCreated,
  timerFired,
} from "./an-execution.ts";

const HTTP = "BuiltIn::HttpActivity";
const HOUR_MS = 3600_000;

const request = {
  method: "POST",
  uri: "https://site.test/jobs?code=1",
  content: "{}",
  headers: { "X-Functions-Key": "secret", Accept: "text/plain" },
  tokenSource: { resource: "r" },
  asynchronousPatternEnabled: true,
};
const call = (more: object = {}) => ({ actionType: 8, httpRequest: { ...request, ...more } });
const response = (statusCode: number, headers: object = {}) => JSON.stringify({ statusCode, headers, content: "" });
const answered = (result: string) => [[scheduled(0, HTTP)], [completed(0, result)]];
const accepted = (headers: object) => reenacted({ actions: [call()], episodes: answered(response(202, headers)) });

/** The decision to send again, after the first answer and its timer. */
function pollAfter(headers: object) {
  const episodes = [...answered(response(202, headers)), [timerCreated(1), timerFired(1)]];
  return reenacted({ actions: [call()], episodes }).decisions;
}

describe("reenact() of callHttp", () => {
  it("has the request made by the built-in activity", () => {
    expect(reenacted({ actions: [call()] }).decisions).toEqual([
      { kind: "scheduleTask", id: 0, name: HTTP, input: request },
    ]);
  });

  it.each([
    ["the answer is another than 202", call(), response(200, { location: "/x" })],
    ["there is no Location", call(), response(202)],
    ["polling is switched off", call({ asynchronousPatternEnabled: false }), response(202, { location: "/x" })],
  ])("goes on when %s", (_, action, result) => {
    const run = reenacted({ actions: [action, activity()], episodes: answered(result) });
    expect(run.decisions).toMatchObject([{ id: 1, name: "Work" }]);
  });

  it("goes on when the request failed", () => {
    const run = reenacted({ actions: [call(), activity()], episodes: [[scheduled(0, HTTP)], [failed(0)]] });
    expect(kindsOf(run)).toEqual(["1 scheduleTask"]);
  });

  it("waits the seconds of Retry-After, or the default when it has none that it understands", () => {
    const wait = (headers: object) => accepted({ Location: "/x", ...headers }).decisions;
    expect(wait({ "retry-after": "7" })).toEqual([{ kind: "createTimer", id: 1, fireAt: START + HOUR_MS + 7000 }]);
    expect(wait({ "Retry-After": ["0"] })).toMatchObject([{ fireAt: START + HOUR_MS }]);
    expect(wait({ "Retry-After": "1e30" })).toMatchObject([{ fireAt: Date.parse("9999-12-31T23:59:59.999Z") }]);
    expect(wait({})).toMatchObject([{ fireAt: START + HOUR_MS + 30_000 }]);
    expect(wait({ "Retry-After": "Fri, 02 Jan 2026 00:00:00 GMT" })).toMatchObject([
      { fireAt: START + HOUR_MS + 30_000 },
    ]);
  });

  it("polls the Location, resolved, without the body and the function's key", () => {
    expect(pollAfter({ Location: "status/1?code=2" })).toEqual([
      {
        kind: "scheduleTask",
        id: 2,
        name: HTTP,
        input: {
          method: "GET",
          uri: "https://site.test/status/1?code=2",
          headers: { Accept: "text/plain" },
          tokenSource: { resource: "r" },
          asynchronousPatternEnabled: true,
        },
      },
    ]);
    expect(pollAfter({ location: "https://other.test/" })).toMatchObject([{ input: { uri: "https://other.test/" } }]);
  });

  it("goes on polling until the answer is another, two numbers at a time", () => {
    const episodes = [
      ...answered(response(202, { location: "/a" })),
      [timerCreated(1), timerFired(1), scheduled(2, HTTP), completed(2, response(202, { location: "b" }))],
      [timerCreated(3), timerFired(3), scheduled(4, HTTP), completed(4, response(500))],
    ];
    expect(kindsOf(reenacted({ actions: [call(), activity()], episodes }))).toEqual(["5 scheduleTask"]);
  });
});
