import { submitJob } from "../../../../src/jobs/submit.ts";
import { call } from "../call.ts";
import { MAY_HAVE_HAPPENED, TRACEPARENT, WORKSPACE, codeOf, remember } from "./caller.ts";
import type { Caller } from "./caller.ts";
import { LARGE_CHARACTERS } from "./wish.ts";
import type { Wish } from "./wish.ts";

/** Whether it was told that the job is accepted. */
export async function submit(caller: Caller, wish: Wish): Promise<boolean> {
  const { site, life, name: client, hosts, log } = caller;
  const { text, key } = wish;
  log({ client, did: "submit", text, key });
  const answer = await call(site, {
    life,
    host: site.random.pick(hosts),
    label: `${client} submit "${text}"`,
    ask: async (app) =>
      submitJob(app, {
        workspaceId: WORKSPACE,
        jobType: "ask-twice",
        payload: { text: wish.isLarge ? text.padEnd(LARGE_CHARACTERS) : text },
        metadata: { wish: text },
        traceparent: TRACEPARENT,
        idempotencyKey: key,
        ...wish.schedule,
      }),
  });
  if ("value" in answer) {
    const { jobId, operationId, phase } = answer.value.job;
    remember(caller, jobId, { operationId, phase });
    log({ client, did: "heard", text, key, jobId });
    return true;
  }
  const code = codeOf(answer.thrown);
  if (code === "IDEMPOTENCY_MISMATCH") log({ client, did: "refused", text, key, code });
  else log({ client, did: "maybe", text, key, code });
  // Whoever asks again under a key can be too late for the start that it asks for.
  if (code === "VALIDATION_FAILED" && wish.schedule.expiresAt !== undefined) return false;
  if (!MAY_HAVE_HAPPENED.has(code) && !(code === "IDEMPOTENCY_MISMATCH" && key !== undefined))
    site.surprise(`A client was answered ${code}`);
  return false;
}
