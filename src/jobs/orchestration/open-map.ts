import { MillraceError } from "../../platform/errors.ts";
import { requireJsonValue } from "../../steps/json-value.ts";
import { MAX_PARTS } from "../../steps/map.ts";
import type { MapStep } from "../../steps/map.ts";
import { checkpointBlob } from "../store/checkpoints.ts";
import { keepContent } from "../store/content.ts";
import type { Part } from "../store/part.ts";
import type { StepAnswer } from "./plan.ts";
import { loadInputs } from "./step-inputs.ts";
import { progressAt } from "./step-progress.ts";
import { opened, recordOf, withRecord } from "./step-records.ts";
import { DONE, mapOf } from "./step-run.ts";
import type { StepRun } from "./step-run.ts";
import { beginTry, endTry } from "./step-tries.ts";

/**
 * Makes the parts of a map, one row each, and writes down how many there are: from then on they stand. Whoever dies in
 * the middle of it leaves rows that the next one goes on from.
 */
export async function openMap(run: StepRun<MapStep>): Promise<StepAnswer> {
  if (openedAs(run)) await noteParts(run);
  const before = openedAs(run);
  if (before) return before;
  const nothingToDo = await beginTry(run);
  if (nothingToDo) return nothingToDo;
  const { usage } = run.held.job;
  try {
    const inputs = await loadInputs(run);
    if ("outcome" in inputs) return inputs;
    const items = run.step.items(inputs);
    requireItems(run.step.name, items);
    await run.held.insist(async () => run.deps.parts.open(mapOf(run), await partsOf(run, items)));
    await noteParts(run, items.length);
    return openedAs(run) ?? DONE;
  } catch (thrown) {
    return endTry(run, thrown, usage);
  }
}

/** A map that was opened stays open until it is closed, whichever orchestration asks. */
function openedAs({ held, step }: StepRun): StepAnswer | undefined {
  const { status, parts } = recordOf(held.job, step.name);
  return status !== "completed" && parts !== undefined ? { outcome: "open", parts } : undefined;
}

function requireItems(step: string, items: readonly unknown[]): void {
  requireJsonValue(step, items);
  if (items.length > MAX_PARTS)
    throw new MillraceError(
      "OUTPUT_INVALID",
      `Cannot open step "${step}": ${items.length} items; ${MAX_PARTS} is the most`,
    );
}

async function partsOf({ deps, held, step }: StepRun, items: readonly unknown[]): Promise<Part[]> {
  const parts: Part[] = [];
  for (const [index, item] of items.entries()) {
    const blob = checkpointBlob(held, `${step.name}-${index}-item`);
    parts.push({ index, status: "pending", attempt: 0, item: await keepContent(deps.content, blob, item ?? null) });
  }
  return parts;
}

/** Writes down that the map is open; one that the orchestration before has left goes on. */
async function noteParts({ held, step, profile: { steps } }: StepRun, parts = 0): Promise<void> {
  await held.insist(async () =>
    held.change((job, leaseUntil) => {
      const record = recordOf(job, step.name);
      const isOpen = record.parts !== undefined && record.status === "running";
      if (record.status === "completed" || isOpen) return undefined;
      const message = record.parts === undefined ? `0 of ${parts}` : undefined;
      const progress = progressAt({ steps, records: job.steps, name: step.name, fraction: 0, message });
      return { type: "progressed", leaseUntil, steps: withRecord(job, opened(record, parts, job.usage)), progress };
    }),
  );
}
