import { describe, expect, it } from "@jest/globals";
import { splitSentences } from "../../../../../local/emulators/openai/model/sentences.ts";

const split = (text: string) =>
  splitSentences([{ text, isBullet: false, isIntroduced: false }]).map((sentence) => sentence.text);

describe("splitSentences()", () => {
  it("is not misled by abbreviations, numbers, versions and addresses", () => {
    const sentences = [
      "Dr. Smith paid $3.5 million to the U.S. office.",
      "It runs v1.2.3 (e.g. Fig. 2) at https://x.io/a?b=1.",
      "Does it?",
    ];
    expect(split(sentences.join(" "))).toEqual(sentences);
  });

  it("splits text in other scripts", () => {
    expect(split("水车利用水的力量。它驱动磨石。")).toEqual(["水车利用水的力量。", "它驱动磨石。"]);
    expect(split("Вода вращает колесо. Колесо вращает жернов.")).toHaveLength(2);
  });

  it("takes footnote marks off", () => {
    expect(split("2 Applications may use it.[14]")).toEqual(["Applications may use it."]);
  });
});
