import { batchWork } from "./batch-work.ts";
import { jobWork } from "./job-work.ts";
import type { Schedule } from "./schedule.ts";
import type { Work, WorkOrder, WorkRef } from "./work.ts";

/** The work that a schedule submits, and the body that it submits it with. */
export function workOf(submit: Schedule["submit"]): { readonly work: Work; readonly body: WorkOrder["body"] } {
  return "job" in submit ? { work: jobWork, body: submit.job } : { work: batchWork, body: submit.batch };
}

/** The work that was submitted for an occurrence. */
export function workOfRecord({ batchId }: WorkRef): Work {
  return batchId === undefined ? jobWork : batchWork;
}
