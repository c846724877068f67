import { regenerateJob } from "../jobs/regenerate.ts";
import { readContent } from "../jobs/store/content.ts";
import { createJob } from "../jobs/submit.ts";
import { againOnConflict } from "../platform/again-on-conflict.ts";
import { MillraceError, hasCode } from "../platform/errors.ts";
import { derivedOperationId } from "../platform/ids.ts";
import type { BatchDeps } from "./batch-deps.ts";
import type { Batch } from "./batch.ts";
import { commitEnd } from "./end-item.ts";
import { fillPayload } from "./fill-payload.ts";
import { askedSchema, jobIdOf } from "./item.ts";
import type { Asked, Item } from "./item.ts";

/** What a job takes over from its batch. */
export type Origin = Pick<Batch, "workspaceId" | "batchId" | "traceparent">;

/**
 * Makes the job of an item that is released and rings for it; whoever does so again finds it made. Its payload is checked
 * as if it came in a request of its own. While something that it takes a result of is at work again, no job is made: the
 * end of that comes to this item as well.
 *
 * @param isUrgent a result that is not there just now counts as none: the job is made only to be cancelled
 * @returns the item, if what its payload came to could not be accepted and it failed without a job
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function startItem(
  deps: BatchDeps,
  origin: Origin,
  { item, isUrgent = false }: { readonly item: Item; readonly isUrgent?: boolean },
): Promise<Item | undefined> {
  try {
    const asked = askedSchema.parse(await readContent(deps.content, item.asked));
    const filled = await fillPayload(deps, origin, { item, asked });
    if (filled.isReady || isUrgent)
      await makeJob(deps, origin, { item, wishes: asked.wishes, payload: filled.payload });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof MillraceError) || !isRefusal(thrown)) throw thrown;
    return failWithoutJob(deps, item, thrown);
  }
}

interface Filled {
  readonly item: Item;
  readonly wishes: Asked["wishes"];
  readonly payload: unknown;
}

async function makeJob(deps: BatchDeps, origin: Origin, { item, wishes, payload }: Filled): Promise<void> {
  const { batchId, index, key, run, submittedBy = wishes.submittedBy } = item;
  const jobId = jobIdOf(item);
  const command = {
    ...wishes,
    workspaceId: origin.workspaceId,
    traceparent: origin.traceparent,
    submittedBy,
    jobType: item.jobType,
    payload: payload as Readonly<Record<string, unknown>>,
  };
  if (run > 1) {
    await runAgain(deps, origin, { item, wishes, payload: command.payload });
    return;
  }
  const profile = deps.profiles.require(item.jobType);
  const operationId = derivedOperationId(jobId, run);
  await againOnConflict(async () => {
    try {
      await createJob(deps, command, { profile, jobId, operationId, batch: { batchId, index, key } });
    } catch (thrown) {
      if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
      // It is there, and has gone on since; or it was, and its client removed it.
      if (!(await deps.jobs.find({ workspaceId: origin.workspaceId, jobId }))) throw thrown;
    }
  });
}

/**
 * A new operation of the item's job. No client's key has a space in it, so the key made here is this run's alone, and
 * whoever begins the run again finds it begun.
 */
async function runAgain(
  deps: BatchDeps,
  { workspaceId, traceparent }: Origin,
  { item, payload }: Filled & { readonly payload: Readonly<Record<string, unknown>> },
): Promise<void> {
  const ref = { workspaceId, jobId: jobIdOf(item) };
  const stored = await deps.jobs.get(ref);
  if (!stored) throw jobGone();
  if (stored.job.operations >= item.run) return; // It is begun.
  try {
    const { submittedBy, run } = item;
    await regenerateJob(deps, { ref, payload, traceparent, submittedBy, idempotencyKey: `batch run ${run}` });
  } catch (thrown) {
    if (!BEGUN.some((code) => hasCode(thrown, code))) throw thrown;
    // Somebody began an operation in this moment: the item follows the newest.
    const current = await deps.jobs.get(ref);
    if (!current) throw jobGone();
    // One that somebody asked of the job itself is at work: its end comes to this item as well, which is begun then.
    if (current.job.operations < item.run && !hasCode(thrown, "JOB_NOT_TERMINAL")) throw thrown;
  }
}

/** Its client has removed the job, or its time had come, since somebody wanted it to run again. */
function jobGone(): MillraceError {
  return new MillraceError("GONE", "The item's job is gone, and cannot run again");
}

const BEGUN = ["JOB_NOT_TERMINAL", "VERSION_CONFLICT", "IDEMPOTENCY_MISMATCH", "JOB_NOT_FOUND", "GONE"] as const;

/** What will not pass, however often it is tried. */
function isRefusal({ code }: MillraceError): boolean {
  return code === "VALIDATION_FAILED" || code === "UNKNOWN_JOB_TYPE" || code === "GONE";
}

/** Nothing, when the item has gone on meanwhile. */
async function failWithoutJob(deps: BatchDeps, item: Item, refusal: MillraceError): Promise<Item | undefined> {
  const links = await deps.items.linksOf(item);
  return againOnConflict(async () => {
    const stored = await deps.items.require(item);
    if (stored.item.state !== "released" || stored.item.run !== item.run) return undefined;
    const error = { code: refusal.code, message: messageOf(refusal) };
    const end = { state: "failed", endedAt: deps.clock.now(), error, isJobless: true, run: item.run - 1 } as const;
    return (await commitEnd(deps.items, stored, { end, links })).item;
  });
}

const MAX_MESSAGE_CHARACTERS = 2000;

/** With what is wrong and where, since nobody else is told. */
function messageOf({ message, details }: MillraceError): string {
  const errors = (details["errors"] ?? []) as readonly { readonly pointer: string; readonly message: string }[];
  const said = errors.map((error) => `${error.pointer} ${error.message}`).join("; ");
  return (said ? `${message}: ${said}` : message).slice(0, MAX_MESSAGE_CHARACTERS);
}
