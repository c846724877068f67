import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";
import { createCrashApp, getEntity, startInstance, waitForEnd } from "./crash-app.ts";
import type { Start } from "./crash-app.ts";

/** For a longer soak: `CRASH_KILLS=200 npm test -- dist/tests/local/host/durable/crashes/random-kills`. */
const KILLS = Number(process.env["CRASH_KILLS"] ?? 12);

/** How long each host lives, and whether a torn record is left behind; the seed stands in the name of the test. */
const seed = Math.floor(Math.random() * 2 ** 31);
const lives = fc.sample(fc.record({ lifeMs: fc.integer({ min: 20, max: 400 }), isTorn: fc.boolean() }), {
  seed,
  numRuns: KILLS,
});

/** New work for each life. Two of three coins go from a to b, and one back: nobody may block anybody. */
function workOf(life: number): readonly (Start & { readonly output?: unknown })[] {
  const input = life % 3 === 2 ? { from: "b", to: "a" } : { from: "a", to: "b" };
  return [
    { name: "fanOut", id: `f${life}`, output: 14 },
    { name: "pause", id: `p${life}`, output: "first second" },
    { name: "transfer", id: `t${life}`, input },
    { name: "transfer", id: `u${life}`, input },
  ];
}

/** What a machine that loses power may leave: the beginning of a record that was never acknowledged. */
function tearJournal(stateFolder: string): void {
  const folder = join(stateFolder, "durable", "CrashHub");
  for (const name of readdirSync(folder))
    if (name.endsWith(".journal")) appendFileSync(join(folder, name), '{"type":"activityCompleted","at":17');
}

describe(`a host killed ${KILLS} times at random (seed ${seed})`, () => {
  afterAll(stopHostProcesses);

  it(
    "ends every instance with the fault-free result, and applies every transfer once",
    async () => {
      const app = createCrashApp();
      const begin = async (host: HostProcess, last: number) => {
        for (let life = 0; life <= last; life++) for (const start of workOf(life)) await startInstance(host, start);
      };
      for (const [life, { lifeMs, isTorn }] of lives.entries()) {
        const host = await app.start();
        const begun = begin(host, life).catch(() => undefined); // cut off by the kill
        await sleep(lifeMs);
        await host.stop();
        await begun;
        if (isTorn) tearJournal(app.stateFolder);
      }
      const host = await app.start();
      await begin(host, KILLS - 1);
      let moved = 0;
      for (const life of lives.keys())
        for (const { id, output, input } of workOf(life)) {
          const wanted = { runtimeStatus: "Completed", ...(output === undefined ? {} : { output }) };
          expect(await waitForEnd(host, id)).toMatchObject(wanted);
          if (input !== undefined) moved += (input as { from: string }).from === "a" ? 1 : -1;
        }
      expect([await getEntity(host, "account", "a"), await getEntity(host, "account", "b")]).toEqual([-moved, moved]);
    },
    60_000 + KILLS * 2000,
  );
});
