import { z } from "zod";
import type { App } from "../app.ts";
import { callbackFailureSchema, callbackRequestSchema } from "../contract/callback-request.ts";
import { answerCall } from "../jobs/answer-call.ts";
import type { Callback } from "../jobs/answer-call.ts";
import { hear } from "../jobs/orchestration/hear.ts";
import { MillraceError } from "../platform/errors.ts";
import { BODY_PROBLEMS } from "./body-problems.ts";
import { defineRoute } from "./route.ts";
import type { Reply, RequestContext, Route } from "./route.ts";

const TAG = "external workers";
const params = z.object({ token: z.string().min(1).max(512) });
const ANSWERS = { 204: { description: "It is written down; said twice is as once" } };
const PROBLEMS = [
  ...BODY_PROBLEMS,
  ...(["NOT_FOUND", "JOB_NOT_FOUND", "GONE", "OPERATION_SUPERSEDED", "JOB_NOT_WAITING"] as const),
  ...(["VERSION_CONFLICT", "STORAGE_UNAVAILABLE"] as const),
];

/** Open: the token in the address is the right. */
export const callbackRoutes: readonly Route[] = [
  defineRoute({
    name: "callbacks-answer",
    methods: ["POST"],
    path: "api/callbacks/{token}",
    access: "open",
    tellsOrchestrations: true,
    tag: TAG,
    summary: "Answer a call, as the external worker that was called",
    params,
    body: { kind: "json", schema: callbackRequestSchema },
    answers: ANSWERS,
    problems: PROBLEMS,
    handle: async (app, request) =>
      answer(app, request, { token: request.params.token, said: { output: request.body } }),
  }),

  defineRoute({
    name: "callbacks-fail",
    methods: ["POST"],
    path: "api/callbacks/{token}/failure",
    access: "open",
    tellsOrchestrations: true,
    tag: TAG,
    summary: "Say that a call came to nothing, as the external worker that was called",
    params,
    body: { kind: "json", schema: callbackFailureSchema },
    answers: ANSWERS,
    problems: PROBLEMS,
    async handle(app, request) {
      const { token } = request.params;
      return answer(app, request, { token, said: { failure: request.body.message } });
    },
  }),
];

interface Received {
  readonly token: string;
  readonly said: Callback;
}

async function answer(app: App, { log }: RequestContext, { token, said }: Received): Promise<Reply> {
  const target = app.externalWorkers.targetOf(token);
  if (!target) throw new MillraceError("NOT_FOUND", "There is nothing here");
  const { job, isToHear } = await answerCall(app, target, said);
  if (isToHear) await hear(app, { job, step: target.step, log });
  return { status: 204 };
}
