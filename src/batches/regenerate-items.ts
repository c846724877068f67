import { MillraceError, hasCode } from "../platform/errors.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { nextBatchPhase } from "./batch-phases.ts";
import type { BatchRef } from "./batch.ts";
import type { EndState } from "./item-states.ts";
import type { Standing } from "./item-store.ts";
import { isBegunBy, regenerateItem, rerunKeyOf } from "./regenerate-item.ts";
import type { RegenerateItemCommand } from "./regenerate-item.ts";

export interface RegenerateItemsCommand extends Omit<RegenerateItemCommand, "key" | "index"> {
  /** Of the items that are to run again. */
  readonly states: readonly EndState[];
}

export interface RegeneratedItems {
  /** How many run again by this call. */
  readonly begun: number;
  /** How many more there are, to be asked for with the same command once more. */
  readonly left: number;
  /** What cannot run again, or not just now. */
  readonly refused: readonly { readonly key: string; readonly error: MillraceError }[];
}

/** That many begin in one call, and no more are refused: each takes about sixteen calls of storage. */
const MOST_AT_ONCE = 100;

/**
 * Has items that have ended so run again, in the order of the request, each as `regenerateItem()` would; as many as one
 * call may begin. Under one idempotency key each item is begun once, so that what fails again is not begun for ever by a
 * client that asks until nothing is left.
 *
 * @throws MillraceError BATCH_NOT_FOUND, ITEM_NOT_ENDED, IDEMPOTENCY_MISMATCH, STORAGE_UNAVAILABLE: what has begun by then
 * goes on
 */
export async function regenerateItems(deps: BatchDeps, command: RegenerateItemsCommand): Promise<RegeneratedItems> {
  await requireOpenable(deps, command.ref);
  const { states, ...each } = command;
  const wanted = (await deps.items.states(command.ref.batchId)).filter(
    (item) => states.some((state) => state === item.state) && !isBegunBy(item, rerunKeyOf(command)),
  );
  const refused: { key: string; error: MillraceError }[] = [];
  let begun = 0;
  for (const item of wanted) {
    if (begun === MOST_AT_ONCE || refused.length === MOST_AT_ONCE) break;
    const error = await refusalOf(deps, each, item);
    if (error) refused.push({ key: item.key, error });
    else begun++;
  }
  return { begun, left: wanted.length - begun - refused.length, refused };
}

async function requireOpenable({ batches }: BatchDeps, ref: BatchRef): Promise<void> {
  const { phase } = (await batches.require(ref)).batch;
  if (!nextBatchPhase(phase, "reopened"))
    throw new MillraceError("ITEM_NOT_ENDED", `The batch is "${phase}" just now; try again when it has ended`);
}

/** Why the item cannot run again; nothing, when it does. */
async function refusalOf(
  deps: BatchDeps,
  command: Omit<RegenerateItemsCommand, "states">,
  { key, index }: Standing,
): Promise<MillraceError | undefined> {
  try {
    await regenerateItem(deps, { ...command, key, index });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof MillraceError && OF_THE_ITEM.some((code) => hasCode(thrown, code))) return thrown;
    throw thrown;
  }
}

const OF_THE_ITEM = ["ITEM_NOT_ENDED", "UNDO_PENDING", "JOB_NOT_FOUND", "GONE", "VERSION_CONFLICT"] as const;
