import type { App } from "../../../../src/app.ts";
import type { Job } from "../../../../src/jobs/life/job.ts";
import type { Asked } from "../../history/client-event.ts";
import { call } from "../call.ts";
import { MAY_HAVE_HAPPENED, codeOf, forget, remember } from "./caller.ts";
import type { Caller } from "./caller.ts";

/** What may be answered to whom, in so many words. */
const REFUSALS: Readonly<Record<Asked["act"], readonly string[]>> = {
  read: ["JOB_NOT_FOUND", "GONE"],
  cancel: ["JOB_ALREADY_ENDED", "OPERATION_SUPERSEDED", "JOB_NOT_FOUND", "GONE", "VERSION_CONFLICT"],
  regenerate: ["JOB_NOT_TERMINAL", "JOB_NOT_FOUND", "GONE", "VERSION_CONFLICT"],
  replay: ["NOT_FOUND", "JOB_NOT_FOUND", "GONE", "VERSION_CONFLICT", "OPERATION_SUPERSEDED", "DEAD_LETTER_RESOLVED"],
  edit: ["NOT_FOUND", "PRECONDITION_FAILED", "DEAD_LETTER_RESOLVED"],
  close: ["NOT_FOUND", "DEAD_LETTER_RESOLVED", "VERSION_CONFLICT"],
  delete: ["JOB_NOT_TERMINAL", "JOB_NOT_FOUND", "GONE", "VERSION_CONFLICT"],
};

/** Asks for something to be done to a job, which is as it is then, or gone. Returns what it was told, for whoever asks again when that was nothing. */
export async function askOfJob(
  caller: Caller,
  asked: Omit<Asked, "call">,
  ask: (app: App) => Promise<Job | undefined>,
): Promise<"yes" | "no" | "unsure"> {
  const { site, life, name: client, hosts, log } = caller;
  const { act, jobId } = asked;
  const number = site.nextCall();
  log({ client, did: "ask", call: number, ...asked });
  const about = { client, act, call: number, jobId };
  const label = `${client} ${act} ${jobId}${asked.operationId ? ` ${asked.operationId.slice(-4)}` : ""}`;
  const answer = await call(site, { life, host: site.random.pick(hosts), label, ask });
  if ("value" in answer) {
    if (!answer.value) {
      if (act === "delete") forget(caller, jobId, "GONE");
      log({ did: "gone", ...about });
      return "yes";
    }
    const { operationId, version, phase } = answer.value;
    remember(caller, jobId, { operationId, phase });
    log({ did: "yes", operationId, version, phase, ...about });
    return "yes";
  }
  const code = codeOf(answer.thrown);
  const isSure = !MAY_HAVE_HAPPENED.has(code);
  if (isSure && !REFUSALS[act].includes(code)) site.surprise(`A client that asked to ${act} was answered ${code}`);
  forget(caller, jobId, code);
  log({ did: isSure ? "no" : "unsure", code, ...about });
  return isSure ? "no" : "unsure";
}
