import { describe, expect, it } from "@jest/globals";
import { createRandom } from "./random.ts";
import { World } from "./world.ts";

const settled = async () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
const aWorld = (seed = 1) => new World(createRandom(seed), settled);

describe("World", () => {
  it("lets time pass only when nothing is due", async () => {
    const world = aWorld();
    const begin = world.now;
    const seen: [string, number][] = [];
    const see = (name: string, delayMs: number) =>
      world.after(delayMs, { life: undefined, label: name, run: () => seen.push([name, world.now - begin]) });
    see("late", 60_000);
    see("soon", 10);
    see("at once", 0);
    await world.run(100_000);
    expect(seen).toEqual([
      ["at once", 0],
      ["soon", 10],
      ["late", 60_000],
    ]);
  });

  it("finishes what follows from a task before it goes on", async () => {
    const world = aWorld();
    const seen: string[] = [];
    const work = async (name: string) => {
      for (const part of [1, 2, 3]) {
        seen.push(`${name}${part}`);
        await Promise.resolve();
      }
    };
    for (const name of ["a", "b"]) world.after(0, { life: undefined, label: name, run: () => void work(name) });
    await world.run(1);
    expect(["a1a2a3b1b2b3", "b1b2b3a1a2a3"]).toContain(seen.join(""));
  });

  it("takes what is due at one time in an order that the seed decides", async () => {
    const orderOf = async (seed: number) => {
      const world = aWorld(seed);
      const seen: string[] = [];
      for (const name of "abcdef") world.after(0, { life: undefined, label: name, run: () => seen.push(name) });
      await world.run(1);
      return seen.join("");
    };
    const orders = await Promise.all([1, 2, 3, 4, 5, 1].map(orderOf));
    expect(orders[5]).toBe(orders[0]);
    expect(new Set(orders).size).toBeGreaterThan(2);
  });

  it("abandons what a life has begun when it ends, and nothing else", async () => {
    const world = aWorld();
    const [dead, other] = [world.startLife("a"), world.startLife("b")];
    const seen: string[] = [];
    world.after(1, { life: dead, label: "", run: () => seen.push("dead") });
    world.after(1, { life: other, label: "", run: () => seen.push("other") });
    world.endLife(dead);
    world.after(1, { life: dead, label: "", run: () => seen.push("after death") });
    await world.run(10);
    expect(seen).toEqual(["other"]);
  });

  it("keeps a life that stands still waiting, and the others not", async () => {
    const world = aWorld();
    const [still, other] = [world.startLife("a"), world.startLife("b")];
    const begin = world.now;
    still.pausedUntil = begin + 5_000;
    const seen: [string, number][] = [];
    const see = (name: string, life: typeof still) =>
      world.after(10, { life, label: "", run: () => seen.push([name, world.now - begin]) });
    see("still", still);
    see("other", other);
    await world.run(10_000);
    expect(seen).toEqual([
      ["other", 10],
      ["still", 5_000],
    ]);
  });

  it("takes back what was taken back, and ends when it has been enough or its time is over", async () => {
    const world = aWorld();
    let count = 0;
    const again = () => {
      count += 1;
      world.after(1_000, { life: undefined, label: "", run: again });
    };
    world.after(0, { life: undefined, label: "", run: () => (count += 100) })();
    again();
    await world.run(60_000, () => count >= 3);
    expect(count).toBe(3);
    await world.run(2_500);
    expect(count).toBe(5);
  });
});
