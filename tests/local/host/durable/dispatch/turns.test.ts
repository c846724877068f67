import { describe, expect, it } from "@jest/globals";
import { createTurns } from "../../../../../local/host/durable/dispatch/turns.ts";
import { until } from "../../support/until.ts";

/** Turns whose work ends when it is told to. */
function manualTurns(limit: number) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const turns = createTurns<string>({
    limit,
    take: (item) =>
      new Promise((resolve) => {
        begun.push(item);
        ends.set(item, resolve);
      }),
  });
  const end = async (item: string) => {
    const { size } = turns;
    ends.get(item)?.();
    await until(() => turns.size < size || begun.filter((one) => one === item).length > 1, `${item} to end`);
  };
  return { turns, begun, end };
}

describe("createTurns()", () => {
  it("runs so many at once, in the order in which they came", async () => {
    const { turns, begun, end } = manualTurns(2);
    for (const key of ["a", "b", "c", "d"]) turns.add(key, key);
    expect(begun).toEqual(["a", "b"]);
    await end("b");
    expect(begun).toEqual(["a", "b", "c"]);
    expect(turns.size).toBe(3);
  });

  it("gives a key one turn at a time, and another one afterwards when it came again", async () => {
    const { turns, begun, end } = manualTurns(5);
    turns.add("a", "a");
    turns.add("a", "a");
    turns.add("a", "a");
    expect(begun).toEqual(["a"]);
    await end("a");
    expect(begun).toEqual(["a", "a"]);
    await end("a");
    expect(turns.size).toBe(0);
  });

  it("takes back what has not begun", async () => {
    const { turns, begun, end } = manualTurns(1);
    turns.add("a", "a");
    turns.add("b", "b");
    turns.add("a", "again");
    turns.remove("b");
    turns.remove("a");
    await end("a");
    expect(begun).toEqual(["a"]);
    expect(turns.size).toBe(0);
  });

  it("begins nothing after it was stopped, and waits for what runs", async () => {
    const { turns, begun, end } = manualTurns(1);
    turns.add("a", "a");
    turns.add("b", "b");
    let isStopped = false;
    const stopping = Promise.all([turns.stop(), turns.stop()]).then(() => (isStopped = true));
    turns.add("c", "c");
    await Promise.resolve();
    expect(isStopped).toBe(false);
    await end("a");
    await stopping;
    expect(begun).toEqual(["a"]);
  });
});
