import { readResult } from "../../../../src/jobs/read-result.ts";
import { call } from "../call.ts";
import { MAY_HAVE_HAPPENED, WORKSPACE, codeOf, remember } from "./caller.ts";
import type { Caller } from "./caller.ts";

/** Looks how a job is, and at its result if it has one. */
export async function read(caller: Caller, jobId: string): Promise<void> {
  const { site, life, name: client, hosts, log } = caller;
  const answer = await call(site, {
    life,
    host: site.random.pick(hosts),
    label: `${client} read ${jobId}`,
    ask: async (app) => {
      const { job } = await app.jobs.require({ workspaceId: WORKSPACE, jobId });
      const { text } = (job.phase === "done" ? await readResult(app, job) : {}) as { readonly text?: string };
      return { job, result: text?.trimEnd() };
    },
  });
  if ("thrown" in answer) {
    const code = codeOf(answer.thrown);
    if (!MAY_HAVE_HAPPENED.has(code)) site.surprise(`A client that read was answered ${code}`);
    return;
  }
  const { job, result } = answer.value;
  remember(caller, jobId, job.operationId, job.phase);
  log({ client, did: "read", jobId, version: job.version, result });
}
