import { mapAtOnce } from "../platform/at-once.ts";
import { decideGate } from "./gate.ts";
import type { GateDecision } from "./gate.ts";
import type { ItemState } from "./item-states.ts";
import type { ItemStore } from "./item-store.ts";
import type { Item } from "./item.ts";

const READ_AT_ONCE = 8;

/**
 * What is to become of a blocked item. Its parents are read, or the marks that they leave if they are many: so what this
 * costs depends on the item, and never on its batch. Whoever asks has written an end before: of two parents that end
 * together, the later one sees both.
 *
 * @param ended a parent that the caller knows has ended
 */
export async function askGate(items: ItemStore, item: Item, ended: Item): Promise<GateDecision> {
  if (item.isWide) return decideGate(await statesByMarks(items, item), item.policy);
  const { parents } = await items.linksOf(item);
  const others = parents.filter((index) => index !== ended.index);
  const states = await mapAtOnce(others, READ_AT_ONCE, async (index) => {
    return (await items.require({ batchId: item.batchId, index })).item.state;
  });
  return decideGate([ended.state, ...states], item.policy);
}

/** One state that stands for all. */
async function statesByMarks(items: ItemStore, { batchId, index }: Item): Promise<ItemState[]> {
  if (await items.isMarked("edge", batchId, index)) return ["released"];
  return [(await items.isMarked("lack", batchId, index)) ? "failed" : "completed"];
}
