import { formatApproval, formatProgress } from "./demo-report.ts";
import { approveJob, followJob, submitJob, type ApiCall, type JobView } from "./job-client.ts";
import { print } from "./print.ts";

export interface ShownJob {
  /** As it ended. */
  readonly job: JobView;
  readonly statusUrl: string;
}

/** Submits a job and prints each new state of it once. Where people are to decide, shows what on, and approves. */
export async function showJob(call: ApiCall, request: object): Promise<ShownJob> {
  const { status_url: statusUrl } = await submitJob(call, request);
  let shown = "";
  let decided: string | undefined;
  let last: JobView | undefined;
  for await (const job of followJob(statusUrl, call.abortSignal)) {
    const line = formatProgress(job);
    if (line !== shown) print(line);
    [shown, last] = [line, job];
    if (job.approval && job.approval.step !== decided) {
      decided = job.approval.step;
      print(formatApproval(job.approval));
      await approveJob(call, statusUrl);
    }
  }
  if (!last) throw new Error("Cannot follow the job: the API gave no state of it");
  return { job: last, statusUrl };
}
