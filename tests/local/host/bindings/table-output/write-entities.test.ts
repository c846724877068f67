import { describe, expect, it } from "@jest/globals";
import { outputEntity } from "../../../../../local/host/bindings/table-output/output-entity.ts";
import { batches } from "../../../../../local/host/bindings/table-output/write-entities.ts";

const entity = (partitionKey: string, rowKey: string) => outputEntity({}, { partitionKey, rowKey });

describe("batches()", () => {
  it("makes one transaction a partition", () => {
    const sizes = batches([entity("a", "1"), entity("b", "1"), entity("a", "2")]).map((batch) => batch.length);
    expect(sizes).toEqual([2, 1]);
  });

  it("holds at most 100 entities in each", () => {
    const many = Array.from({ length: 250 }, (_, index) => entity("a", String(index)));
    expect(batches(many).map((batch) => batch.length)).toEqual([100, 100, 50]);
  });

  it("begins a new one for a row that comes again", () => {
    expect(batches([entity("a", "1"), entity("a", "1")]).map((batch) => batch.length)).toEqual([1, 1]);
  });
});
