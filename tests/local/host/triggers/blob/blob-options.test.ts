import { describe, expect, it } from "@jest/globals";
import { parseHostJson } from "../../../../../local/host/config/host-json.ts";
import { readBlobOptions } from "../../../../../local/host/triggers/blob/blob-options.ts";

const read = (blobs: object) =>
  readBlobOptions(parseHostJson({ version: "2.0", extensions: { blobs } }, "host.json").extension("blobs"));

describe("readBlobOptions()", () => {
  it.each([
    [100, 32, 68],
    [63, 32, 31],
    [62, 32, 30],
    [16, 9, 7],
    [3, 2, 1],
    [2, 2, 0],
    [1, 1, 0],
  ])("splits %i blobs at once into batches of %i and a threshold of %i", (parallelism, batchSize, threshold) => {
    const options = read({ maxDegreeOfParallelism: parallelism });
    expect(options).toMatchObject({ batchSize, newBatchThreshold: threshold });
  });

  it("tries a blob five times unless told otherwise", () => {
    expect([read({}), read({ poisonBlobThreshold: 1 })].map((each) => each.maxDequeueCount)).toEqual([5, 1]);
  });

  it("refuses values that are out of range", () => {
    expect(() => read({ maxDegreeOfParallelism: 0 })).toThrow(/extensions\.blobs.*"maxDegreeOfParallelism" must be/);
    expect(() => read({ poisonBlobThreshold: "5" })).toThrow(/"poisonBlobThreshold" must be/);
  });
});
