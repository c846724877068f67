import { beforeAll, describe, expect, it } from "@jest/globals";
import { echoProfile } from "../support/profiles.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp, TestResponse } from "../support/test-app.ts";

/** Sixteen pairs of the longest names and values, all of this character. */
const fullOf = (character: string) =>
  Object.fromEntries(
    Array.from({ length: 16 }, (_, index) => [String(index).padEnd(128, character), character.repeat(512)]),
  );

describe("POST /api/jobs with metadata and tags", () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await createTestApp({ profiles: [echoProfile()] });
  });
  const submit = async (fields: object): Promise<TestResponse> =>
    test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text: "hi" }, ...fields } });

  it.each(["a", '"', "\\", "報"])("keeps as much as the contract allows, all of it %j", async (character) => {
    const fields = { metadata: fullOf(character), tags: Array<string>(16).fill(character.repeat(128)) };
    const { status, json } = await submit(fields);
    expect(status).toBe(202);
    expect((await test.request("GET", `/api/jobs/${String(json["job_id"])}`)).json).toMatchObject(fields);
  });

  it.each(["\u0000", "\u001f", "\ud800"])("takes metadata that holds %j, but not full of it", async (character) => {
    expect((await submit({ metadata: { note: character } })).status).toBe(202);
    const { status, json } = await submit({ metadata: fullOf(character) });
    expect([status, json["code"]]).toEqual([422, "VALIDATION_FAILED"]);
    expect(json["errors"]).toEqual([{ pointer: "/metadata", message: expect.stringContaining("as JSON") }]);
  });
});
