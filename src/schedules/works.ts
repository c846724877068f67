import { MillraceError } from "../platform/errors.ts";
import { jobWork } from "./job-work.ts";
import type { Schedule } from "./schedule.ts";
import type { Work, WorkOrder, WorkRef } from "./work.ts";

/** The work that a schedule submits, and the body that it submits it with. */
export function workOf(submit: Schedule["submit"]): { readonly work: Work; readonly body: WorkOrder["body"] } {
  if ("job" in submit) return { work: jobWork, body: submit.job };
  throw new MillraceError("VALIDATION_FAILED", "A schedule cannot submit a batch yet", {
    details: { errors: [{ pointer: "", message: "cannot be scheduled yet; schedule a `job`" }] },
  });
}

/** What was submitted for an occurrence. */
export function workOfRecord(_ref: WorkRef): Work {
  return jobWork;
}
