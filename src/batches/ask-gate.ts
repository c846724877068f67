import { digest } from "../jobs/store/idempotency.ts";
import { mapAtOnce } from "../platform/at-once.ts";
import { decideGate } from "./gate.ts";
import type { GateDecision } from "./gate.ts";
import { hasEnded } from "./item-states.ts";
import type { ItemStore } from "./item-store.ts";
import type { Item } from "./item.ts";

const READ_AT_ONCE = 8;

/** What is to become of an item, and what it would take in. */
export interface GateAnswer {
  readonly decision: GateDecision;
  /** Of the results of what it depends on; none where they were not read. */
  readonly inputDigest?: string | undefined;
}

interface ParentsAnswer extends GateAnswer {
  /** They may have, and the item is to wait all the same: where the first failure cancels the rest. */
  readonly areAllEnded: boolean;
}

/**
 * What is to become of a blocked item. Its parents are read, or the marks that they leave if they are many: so what this
 * costs depends on the item, and never on its batch. Whoever asks has written an end before: of two parents that end
 * together, the later one sees both.
 *
 * @param ended a parent that the caller knows has ended
 */
export async function askGate(items: ItemStore, item: Item, ended: Item): Promise<GateAnswer> {
  return item.isWide ? askMarks(items, item) : askParents(items, item, ended);
}

/** The same of any item, from its parents themselves: many are read by the thousand. */
export async function askParents(items: ItemStore, item: Item, ended?: Item): Promise<ParentsAnswer> {
  const { batchId, policy } = item;
  const { parents } = await items.linksOf(item);
  const read = item.isWide
    ? await items.ends(batchId, parents)
    : await mapAtOnce(parents, READ_AT_ONCE, async (index) =>
        index === ended?.index ? ended : (await items.require({ batchId, index })).item,
      );
  const states = read.map(({ state }) => state);
  const outputs = read.map(({ outputDigest, state }) => outputDigest ?? state);
  return {
    decision: decideGate(states, policy),
    inputDigest: digest(JSON.stringify(outputs)),
    areAllEnded: states.every(hasEnded),
  };
}

/** One state stands for all. Only of what is released it is kept what it takes in. */
async function askMarks(items: ItemStore, item: Item): Promise<GateAnswer> {
  const { batchId, index, policy } = item;
  if (await items.isMarked("edge", batchId, index)) return { decision: "wait" };
  const state = (await items.isMarked("lack", batchId, index)) ? "failed" : "completed";
  const decision = decideGate([state], policy);
  return { decision, ...(decision === "release" && { inputDigest: (await askParents(items, item)).inputDigest }) };
}
