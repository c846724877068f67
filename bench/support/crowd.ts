import { performance } from "node:perf_hooks";

export interface Crowded {
  /** Of each call. */
  readonly milliseconds: readonly number[];
  readonly perSecond: number;
}

/** Makes `count` calls, `width` of them at any time, each as soon as one before it has ended. */
export async function crowd(count: number, width: number, call: (index: number) => Promise<void>): Promise<Crowded> {
  const milliseconds: number[] = [];
  let next = 0;
  const begun = performance.now();
  const one = async () => {
    for (let index = next++; index < count; index = next++) {
      const started = performance.now();
      await call(index);
      milliseconds.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: width }, one));
  return { milliseconds, perSecond: (count * 1000) / (performance.now() - begun) };
}
