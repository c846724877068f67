import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../support/storage-account.ts";
import { runKilled } from "./run-flow.ts";
import type { Flow } from "./run-flow.ts";
import { prepareAccount } from "./stage.ts";
import { createVictims } from "./victim.ts";
import type { Victims } from "./victim.ts";

/**
 * Declares the tests of a flow: its process is killed before its first call, its second, and so on, and then after
 * each, until a run in which it lives to the end shows that there are no more.
 */
export function itHoldsWhenKilled(sentence: string, flow: Flow): void {
  let victims: Victims;
  beforeAll(() => {
    victims = createVictims();
  });
  afterAll(() => {
    victims.dispose();
  });
  it.each(["before", "after"] as const)(
    `${sentence}, killed %s each of its calls`,
    async (moment) => {
      const account = await prepareAccount(takeStorageAccount());
      let nth = 1;
      while (await runKilled(flow, { account, victims, nth, moment })) nth += 1;
      expect(nth - 1).toBeGreaterThanOrEqual(flow.leastCalls);
    },
    120_000,
  );
}
