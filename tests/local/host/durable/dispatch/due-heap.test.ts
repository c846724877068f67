import { describe, expect, it } from "@jest/globals";
import { assert, constantFrom, array, integer, oneof, property, record, constant } from "fast-check";
import { createDueHeap } from "../../../../../local/host/durable/dispatch/due-heap.ts";

describe("createDueHeap()", () => {
  it("has the earliest first", () => {
    const heap = createDueHeap();
    for (const at of [5, 3, 9, 1, 7]) heap.set({ key: `k${at}`, at });
    const order: number[] = [];
    for (let due = heap.first(); due !== undefined; due = heap.first()) {
      order.push(due.at);
      heap.remove(due.key);
    }
    expect(order).toEqual([1, 3, 5, 7, 9]);
  });

  it("does as a sorted list does, whatever is put in, moved and removed", () => {
    const key = constantFrom("a", "b", "c", "d", "e", "f", "g", "h");
    const put = record({ verb: constant("set"), key, at: integer({ min: 0, max: 20 }) });
    const remove = record({ verb: constant("remove"), key, at: constant(0) });
    assert(
      property(array(oneof(put, put, remove), { maxLength: 60 }), (steps) => {
        const heap = createDueHeap();
        const list = new Map<string, number>();
        for (const step of steps) {
          if (step.verb === "set") {
            heap.set(step);
            list.set(step.key, step.at);
          } else {
            heap.remove(step.key);
            list.delete(step.key);
          }
          expect(heap.size).toBe(list.size);
          expect(heap.first()?.at).toBe(list.size === 0 ? undefined : Math.min(...list.values()));
        }
      }),
    );
  });
});
