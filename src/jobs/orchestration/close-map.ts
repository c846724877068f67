import { mapAtOnce } from "../../platform/at-once.ts";
import type { Container } from "../../platform/blobs.ts";
import { InvariantError, MillraceError } from "../../platform/errors.ts";
import type { MapStep } from "../../steps/map.ts";
import type { Artifact, Usage } from "../life/job.ts";
import { addUsage } from "../life/usage.ts";
import { findContent } from "../store/content.ts";
import type { Part } from "../store/part.ts";
import { changePart } from "./change-part.ts";
import { finishStep } from "./finish-step.ts";
import type { StepAnswer } from "./plan.ts";
import { goBack, loadInputs } from "./step-inputs.ts";
import { forgotten, recordOf, withRecord } from "./step-records.ts";
import { mapOf } from "./step-run.ts";
import type { StepRun } from "./step-run.ts";
import { beginTry, endTry } from "./step-tries.ts";

/** Makes one output of what the parts of a map have returned, in the order of their items: each try counted before it. */
export async function closeMap(run: StepRun<MapStep>): Promise<StepAnswer> {
  const nothingToDo = await beginTry(run);
  if (nothingToDo) return nothingToDo;
  const { deps, held, step } = run;
  let { usage } = held.job;
  try {
    const inputs = await loadInputs(run);
    if ("outcome" in inputs) return inputs;
    const parts = await partsOf(run);
    usage = usageOf(parts, recordOf(held.job, step.name).usageBefore);
    const outputs = await readInOrder(deps.content, parts);
    const lost = parts.filter((_, index) => !outputs[index]);
    if (lost.length > 0) return await doAgain(run, lost);
    const artifacts = parts.flatMap((part) => part.artifacts ?? []);
    requireOwnNames(step.name, [...inputs.artifacts, ...artifacts]);
    const output = outputs.map((read) => read?.value);
    return await finishStep(run, { output, artifacts, artifactsBefore: inputs.artifacts, usage });
  } catch (thrown) {
    return endTry(run, thrown, usage);
  }
}

async function partsOf(run: StepRun<MapStep>): Promise<Part[]> {
  const { parts: count = 0 } = recordOf(run.held.job, run.step.name);
  const parts = (await run.deps.parts.list(mapOf(run))).slice(0, count);
  if (parts.length === count) return parts;
  throw new InvariantError("9d40e7b3", `Cannot close a map of ${count} parts: ${parts.length} are there`);
}

function usageOf(parts: readonly Part[], before: Usage | undefined): Usage | undefined {
  return parts.reduce((sum, part) => addUsage(sum, part.usage), before);
}

/** Blobs at one time: most outputs stand in their rows. */
const BLOBS_AT_ONCE = 16;

type Read = Awaited<ReturnType<typeof findContent>>;

/** What each part has returned; nothing where that cannot be read any more. */
async function readInOrder(container: Container, parts: readonly Part[]): Promise<Read[]> {
  return mapAtOnce(parts, BLOBS_AT_ONCE, async ({ output }) => output && findContent(container, output));
}

/** The work of these parts is done again, by another orchestration: what the others have come to stands. */
async function doAgain(run: StepRun<MapStep>, lost: readonly Part[]): Promise<StepAnswer> {
  const { held, step, log } = run;
  log.warn("outputs of parts lost", { job_id: held.job.jobId, step: step.name, parts: lost.length });
  for (const { index, output } of lost)
    await held.insist(async () =>
      changePart(run, index, (found) => {
        if (JSON.stringify(found.output) !== JSON.stringify(output)) return undefined; // Another call was faster.
        const { item, usage } = found;
        return { ...{ index, status: "pending", attempt: 0, item }, ...(usage && { usage }) };
      }),
    );
  return goBack(run, withRecord(held.job, forgotten(recordOf(held.job, step.name))));
}

/** Parts know nothing of each other, so it is here that two are found to have stored under one name. */
function requireOwnNames(step: string, artifacts: readonly Artifact[]): void {
  const names = new Set<string>();
  for (const { name } of artifacts) {
    if (names.has(name))
      throw new MillraceError("OUTPUT_INVALID", `Cannot keep two artifacts named "${name}"`, { details: { step } });
    names.add(name);
  }
}
