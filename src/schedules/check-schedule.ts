import type { FieldError } from "../contract/problem.ts";
import { fieldErrorSchema } from "../contract/problem.ts";
import { MillraceError } from "../platform/errors.ts";
import { faultOfCron, faultOfTimeZone } from "./cron-times.ts";
import type { Schedule } from "./schedule.ts";
import type { WorkDeps } from "./work.ts";
import { workOf } from "./works.ts";

/** It stands in one column of a row, of 32,768 characters. */
const MAX_SUBMIT_CHARACTERS = 30_000;

type Checked = Partial<Pick<Schedule, "cron" | "timeZone" | "submit">> & Pick<Schedule, "workspaceId">;

/**
 * Checks what is given of a schedule: the times, and the request that each of them will make as the request itself is
 * checked, so that what is wrong is told now and not at night.
 *
 * @throws MillraceError VALIDATION_FAILED with `errors`, STORAGE_UNAVAILABLE
 */
export async function checkSchedule(deps: WorkDeps, { workspaceId, cron, timeZone, submit }: Checked): Promise<void> {
  const errors = [
    ...fault("/cron", cron === undefined ? undefined : faultOfCron(cron, deps.clock.now())),
    ...fault("/time_zone", timeZone === undefined ? undefined : faultOfTimeZone(timeZone)),
    ...(submit ? await faultsOfSubmit(deps, workspaceId, submit) : []),
  ];
  if (errors.length === 0) return;
  throw new MillraceError("VALIDATION_FAILED", "The schedule cannot be kept as it is", { details: { errors } });
}

function fault(pointer: string, message: string | undefined): FieldError[] {
  return message === undefined ? [] : [{ pointer, message }];
}

async function faultsOfSubmit(deps: WorkDeps, workspaceId: string, submit: Schedule["submit"]): Promise<FieldError[]> {
  if (JSON.stringify(submit).length > MAX_SUBMIT_CHARACTERS)
    return fault("/submit", `is longer than ${MAX_SUBMIT_CHARACTERS} characters as JSON; refer to files instead`);
  const base = "job" in submit ? "/submit/job" : "/submit/batch";
  try {
    const { work, body } = workOf(submit);
    await work.check(deps, { workspaceId, body });
    return [];
  } catch (thrown) {
    if (!(thrown instanceof MillraceError) || thrown.kind !== "permanent") throw thrown;
    const { details, message } = thrown;
    const errors = fieldErrorSchema.array().safeParse(details["errors"]);
    if (!errors.success) return fault(base, message);
    return errors.data.map((error) => ({ ...error, pointer: base + error.pointer }));
  }
}
