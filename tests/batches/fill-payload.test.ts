import { describe, expect, it } from "@jest/globals";
import { createBatchSite } from "../support/batch-site.ts";

const ECHO = { jobType: "echo", wishes: {} } as const;
const TEXT = "x".repeat(40_000);
const MAX_BYTES = 100_000;

/** Three items with large results, and one that takes them in, or a last one. */
async function filling(
  payload: Readonly<Record<string, unknown>>,
  where: "child" | "finally",
  maxBytes: number = MAX_BYTES,
): Promise<unknown> {
  const site = await createBatchSite({ MAX_BATCH_BODY_BYTES: String(maxBytes) });
  const keys = ["a", "b", "c"];
  const child = { key: "child", dependsOn: keys, ...ECHO, payload };
  const ref = await site.submit([], {
    items: [
      ...keys.map((key) => ({ key, dependsOn: [], ...ECHO, payload: { text: TEXT } })),
      ...(where === "child" ? [child] : []),
    ],
    ...(where === "finally" && { finally: { ...ECHO, payload } }),
  });
  await site.settle();
  const { item } = await site.app.items.require({ ...ref, index: where === "child" ? 3 : 99_999 });
  expect((await site.app.batches.require(ref)).batch.phase).toBe("failed");
  return item.error;
}

/** It was filled and looked at: a list is no text. */
const NO_TEXT = {
  code: "VALIDATION_FAILED",
  message: 'The payload does not fit job type "echo": /payload/text must be a string',
};
const TOO_LARGE = {
  code: "VALIDATION_FAILED",
  message: `With what it takes in, the payload has more than ${MAX_BYTES} bytes`,
};

describe("fillPayload()", () => {
  it("fails an item whose payload would be too large, instead of making it", async () => {
    const payload = { text: ["a", "b", "c"].map((key) => ({ $from: key, path: "/text" })) };
    const error = await filling(payload, "child");
    expect(error).toEqual(TOO_LARGE);
  });

  it("counts what stands in many places as often as it does", async () => {
    const payload = { text: Array.from({ length: 3 }, () => ({ $from: "a" })) };
    const error = await filling(payload, "child");
    expect(error).toEqual(TOO_LARGE);
  });

  it("fails the last job whose list of values would be too large, and reads no further", async () => {
    const payload = { text: { $from: "*", path: "/text" } };
    const error = await filling(payload, "finally");
    expect(error).toEqual(TOO_LARGE);
  });

  it("counts only what is taken of each result, and takes as much as a batch's body may have", async () => {
    const none = { text: ["a", "b", "c"].map((key) => ({ $from: key, path: "/none" })) };
    expect(await filling(none, "child")).toEqual(NO_TEXT);
    expect(await filling({ text: { $from: "*", path: "/text" } }, "finally", 3 * TEXT.length + 100)).toEqual(NO_TEXT);
  });
});
