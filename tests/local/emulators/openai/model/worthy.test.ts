import { describe, expect, it } from "@jest/globals";
import { isWorthy } from "../../../../../local/emulators/openai/model/worthy.ts";

const judge = (text: string, isBullet = false) => isWorthy({ text, isBullet, isIntroduced: false });

describe("isWorthy()", () => {
  it.each([
    "The wheel drives the mill stones.",
    "/usr is shareable between many hosts.",
    "“It grinds (most of) the grain,” he said.",
    "Is it true that the wheel turns?",
  ])("quotes %j", (text) => {
    expect(judge(text)).toBe(true);
  });

  it.each([
    ["is too short", "The wheel turns."],
    ["is too long", `The wheel ${"turns and ".repeat(40)}stops.`],
    ["does not end", "The wheel drives the mill stones and"],
    ["does not begin", "drives the mill stones all day long."],
    ["introduces what is not there", "The wheel drives these four stones:"],
    ["is a row of a table", "Wheel 12 14 15 | 99.3 % | 17 $ / 4."],
    ["shouts", "DO NOT EVER TOUCH THE WHEEL while it turns."],
    ["has a quotation that stays open", "The command is ‘turn the wheel --fast ."],
    ["is legal boilerplate", "Copyright 2026 by the friends of mills."],
  ])("does not quote what %s", (_what, text) => {
    expect(judge(text)).toBe(false);
  });

  it("lets a list item end without a full stop, but not in the middle", () => {
    expect(judge("The wheel drives the mill stones", true)).toBe(true);
    expect(judge("The wheel drives the stones, and", true)).toBe(false);
  });
});
