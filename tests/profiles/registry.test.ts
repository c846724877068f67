import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { PROFILES } from "../../src/profiles/all.ts";
import { defineProfile } from "../../src/profiles/define-profile.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import { createProfileRegistry } from "../../src/profiles/registry.ts";
import { echoProfile } from "../support/profiles.ts";

const CAPABILITIES = ["documents", "images"];
const aStep = { kind: "task", name: "work", timeoutMs: 1000, weight: 1, run: async () => ({}) } as const;
const aProfile = (fields: Partial<Profile> = {}): Profile => ({ ...echoProfile(), ...fields });

function problemOf(...profiles: Profile[]): string {
  try {
    createProfileRegistry(profiles, CAPABILITIES);
  } catch (thrown) {
    return (thrown as Error).message;
  }
  throw new Error("the profiles were taken");
}

describe("createProfileRegistry()", () => {
  it("takes every profile that Millrace has", () => {
    expect(createProfileRegistry(PROFILES, CAPABILITIES).all).toEqual(PROFILES);
  });

  it("finds profiles by their id, and by nothing else", () => {
    const registry = createProfileRegistry([aProfile()], CAPABILITIES);
    expect(registry.require("echo").id).toBe("echo");
    for (const name of ["Echo", "", "constructor", "__proto__"])
      expect(() => registry.require(name)).toThrow(`There is no job type "${name}"`);
  });

  it("names a worker that a step calls and the settings do not know", () => {
    const call = { kind: "call", name: "read", weight: 1, worker: "ocr", deadlineMs: 1000, pollEveryMs: 1000 } as const;
    const step = { ...call, answer: z.object({}), request: () => ({}) };
    const profile = aProfile({ steps: [step], orchestrated: true });
    expect(createProfileRegistry([profile], CAPABILITIES, ["ocr"]).all).toEqual([profile]);
    expect(problemOf(profile)).toContain(
      'step "read" calls "ocr", which EXTERNAL_WORKERS does not name; it names none',
    );
  });

  const wrong: readonly [what: string, fields: Partial<Profile>, complaint: string][] = [
    ["an id in capitals", { id: "Echo" }, "its id must be"],
    ["an id of 65 characters", { id: "e".repeat(65) }, "its id must be"],
    ["no id", { id: "" }, "(no id): its id must be"],
    ["version 0", { version: 0 }, "its version must be"],
    ["version 1.5", { version: 1.5 }, "its version must be"],
    ["no attempts", { maxAttempts: 0 }, "maxAttempts must be"],
    ["endless attempts", { maxAttempts: Infinity }, "maxAttempts must be"],
    ["a capability without a queue", { capability: "audio" }, 'no queue for its capability "audio"; it has documents'],
    ["a capability that is a word of JavaScript's", { capability: "constructor" }, 'its capability "constructor"'],
    ["no steps", { steps: [] }, "it has no steps"],
    [
      "too many steps",
      { steps: Array.from({ length: 51 }, (_, n) => ({ ...aStep, name: `s${n}` })) },
      "it has 51 steps; 50 is the most",
    ],
    ["a step name that cannot be shown", { steps: [{ ...aStep, name: "Do it" }] }, "step names must be lower-case"],
    ["two steps of one name", { steps: [aStep, aStep] }, "two steps have one name"],
    ["a step without time", { steps: [{ ...aStep, timeoutMs: 0 }] }, 'step "work" needs a timeout'],
    ["a step of no number's time", { steps: [{ ...aStep, timeoutMs: Number.NaN }] }, "needs a timeout"],
    ["a step with more time than a timer has", { steps: [{ ...aStep, timeoutMs: 2 ** 31 }] }, "needs a timeout"],
    ["a step without weight", { steps: [{ ...aStep, weight: 0 }] }, "needs a weight"],
    [
      "a last step that nothing would ever take back",
      { steps: [aStep, { ...aStep, name: "last", compensate: async () => undefined }] },
      "its last step has a compensation",
    ],
    [
      "a map that is not orchestrated",
      { steps: [{ ...aStep, kind: "map", maxParallel: 4, items: () => [] }] },
      "it must be orchestrated",
    ],
    [
      "a payload that JSON cannot hold, though every job keeps its own as JSON",
      { payload: z.strictObject({ text: z.string().transform((text) => new Set(text)) }) },
      "its payload cannot be told as JSON Schema: Transforms cannot",
    ],
    [
      "a result that cannot be shown",
      { result: z.object({ at: z.date() }) },
      "its result cannot be told as JSON Schema: Date cannot",
    ],
    [
      "an example that does not fit",
      { examples: [{ name: "bad", payload: { text: 7 } }] },
      'example "bad" does not fit its own payload schema: /text',
    ],
  ];

  it.each(wrong)("refuses a profile with %s", (_, fields, complaint) => {
    expect(problemOf(aProfile(fields))).toContain(complaint);
  });

  it("refuses two profiles of one id", () => {
    expect(problemOf(aProfile(), aProfile({ version: 2 }))).toContain("echo: another profile has the same id");
  });

  it("names everything that is wrong with all of them in one message", () => {
    const message = problemOf(aProfile({ id: "one", version: 0, steps: [] }), aProfile({ id: "two", maxAttempts: 0 }));
    for (const line of ["one: its version", "one: it has no steps", "two: maxAttempts"])
      expect(message).toContain(line);
  });
});

describe("defineProfile()", () => {
  const definition = {
    id: "greet",
    version: 2,
    title: "Greet",
    description: "Greets",
    durationClass: "seconds",
    capability: "documents",
    modes: ["async"],
    payload: z.strictObject({ name: z.string() }),
    result: z.object({ greeting: z.string() }),
    examples: [{ name: "Ada", payload: { name: "Ada" } }],
  } as const;
  const greet = defineProfile({
    ...definition,
    examples: [definition.examples[0]],
    modes: ["async"],
    steps: (start) =>
      start.step("greet", { timeoutMs: 5 }, async ({ payload }) => ({ greeting: `Hi, ${payload.name}` })),
  });

  it("gives four attempts, no model and no references where nobody says more", () => {
    expect(greet).toMatchObject({ id: "greet", version: 2, maxAttempts: 4, asksModel: false });
    expect(greet.references({ name: "Ada" })).toEqual([]);
    expect(greet.steps.map(({ name }) => name)).toEqual(["greet"]);
  });

  it("makes profiles that the registry takes", () => {
    expect(createProfileRegistry([greet], CAPABILITIES).require("greet")).toBe(greet);
  });
});
