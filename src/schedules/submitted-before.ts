import { digest } from "../jobs/store/idempotency.ts";
import type { IdempotencyKey } from "../jobs/store/idempotency.ts";
import { hasCode } from "../platform/errors.ts";
import type { WorkOrder } from "./work.ts";

interface Store<Record> {
  findByKey(key: Omit<IdempotencyKey, "fingerprint">): Promise<Record | undefined>;
}

/**
 * What stands under a work order's key, where its submission was refused because the key was used for another request:
 * the key is ours alone, and so somebody submitted it before the schedule's body was changed, and died on the way.
 *
 * @throws what was thrown, where it is anything else
 */
export async function submittedBefore<Record>(
  thrown: unknown,
  { workspaceId, idempotencyKey }: Pick<WorkOrder, "workspaceId"> & { readonly idempotencyKey: string },
  store: Store<Record>,
): Promise<Record> {
  if (!hasCode(thrown, "IDEMPOTENCY_MISMATCH")) throw thrown;
  const earlier = await store.findByKey({ workspaceId, keyDigest: digest(idempotencyKey) });
  if (earlier) return earlier;
  throw thrown;
}
