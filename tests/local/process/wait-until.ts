import { setTimeout as delay } from "node:timers/promises";
import { isSameProcessAlive } from "../../../local/process/process-identity.ts";

/** Asks again and again until the answer is yes; fails after some seconds, saying what never came true. */
export async function waitUntil(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`Waited 15 s in vain: ${what}`);
    await delay(20);
  }
}

export async function waitUntilGone(pid: number): Promise<void> {
  await waitUntil(`process ${pid} ends`, () => !isSameProcessAlive({ pid }));
}
