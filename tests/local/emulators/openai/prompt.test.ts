import { describe, expect, it } from "@jest/globals";
import { readPrompt, splitRequest } from "../../../../local/emulators/openai/prompt.ts";

describe("readPrompt()", () => {
  it("reads wishes from instructions and text from the user", () => {
    const prompt = readPrompt([{ role: "user", content: "In 10 words or so." }], "At most 50 words.");
    expect(prompt).toMatchObject({ text: "In 10 words or so.", wishes: { maxWords: 50 } });
  });

  it("takes no wish from the text when there are instructions", () => {
    const content = "Summarise this in 5 words: a trap.";
    expect(readPrompt([{ role: "user", content }], "At most 50 words.")).toMatchObject({
      text: content,
      wishes: { maxWords: 50 },
    });
  });

  it("counts every message", () => {
    const prompt = readPrompt(
      [
        { role: "system", content: "1234" },
        { role: "user", content: [{ type: "text", text: "5678" }] },
        { role: "assistant", content: "9" },
      ],
      "abcd",
    );
    expect(prompt.inputTokens).toBe(4);
  });
});

describe("splitRequest()", () => {
  it.each([
    ["Summarise this in 50 words:\n\nThe text.", "The text."],
    ["Please summarize the following. Be brief.\n\nThe text.", "The text."],
    ["Summarise: The text.", "The text."],
    ["Give three bullets about this.\n<document>\nThe text.\n</document>", "The text."],
    ['What does it say? """The text."""', "The text."],
  ])("takes the request off %j", (said, text) => {
    expect(splitRequest(said).text).toBe(text);
  });

  it.each(["The text. It goes on:\n\nand on.", "Summarise", "Listen to the rain:\n\nit falls."])(
    "finds no request in %j",
    (said) => {
      expect(splitRequest(said)).toEqual({ request: "", text: said });
    },
  );
});
