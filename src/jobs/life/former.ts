import type { FormerSteps, Job, StepRecord } from "./job.ts";

/** All of them stand in one column. */
const MOST_CHARACTERS = 25_000;

/**
 * What a job that begins anew by another version of its profile has to remember of the steps it has finished: all up to
 * the last that may have to be taken back, since that is given their outputs. Should there be too much of it, the outputs
 * of the oldest go, and what they say can not be taken back.
 */
export function formerOf({ former = [], steps, profileVersion }: Job): Pick<Job, "former"> {
  const last = steps.findLastIndex(({ compensable = false }) => compensable);
  const now: FormerSteps[] = last < 0 ? [] : [{ profileVersion, steps: steps.slice(0, last + 1).map(briefly) }];
  const all = [...former, ...now];
  return all.length > 0 ? { former: fitting(all) } : {};
}

function briefly({ name, status, attempt, checkpoint, compensable }: StepRecord): StepRecord {
  return { name, status, attempt, ...(checkpoint && { checkpoint }), ...(compensable && { compensable }) };
}

function fitting(all: FormerSteps[]): FormerSteps[] {
  const index = all.findIndex(({ steps }) => steps.some(({ checkpoint }) => checkpoint));
  const oldest = all[index];
  if (!oldest || JSON.stringify(all).length <= MOST_CHARACTERS) return all;
  const steps = oldest.steps.flatMap(({ checkpoint: _, ...step }) => (step.compensable ? [step] : []));
  return fitting(all.with(index, { ...oldest, steps }));
}
