import { z } from "zod";
import type { App } from "../app.ts";
import {
  closeDeadLetterSchema,
  deadLetterQuerySchema,
  editDeadLetterSchema,
  replayDeadLetterSchema,
} from "../contract/dead-letter-requests.ts";
import type { DeadLetterQuery } from "../contract/dead-letter-requests.ts";
import { deadLetterListSchema, deadLetterViewSchema } from "../contract/dead-letter-view.ts";
import type { DeadLetterView } from "../contract/dead-letter-view.ts";
import { deadLetterIdSchema } from "../contract/ids.ts";
import { acceptedViewSchema } from "../contract/job-view.ts";
import { closeDeadLetter } from "../dead-letters/close-dead-letter.ts";
import { editDeadLetter } from "../dead-letters/edit-dead-letter.ts";
import { listDeadLetters } from "../dead-letters/list-dead-letters.ts";
import { replayDeadLetter } from "../dead-letters/replay-dead-letter.ts";
import type { Replayed } from "../dead-letters/replay-dead-letter.ts";
import { PRINCIPAL_HEADER, principalOf } from "../identity/principal.ts";
import { findContent } from "../jobs/store/content.ts";
import type { DeadLetter } from "../jobs/store/dead-letter.ts";
import { MillraceError } from "../platform/errors.ts";
import { ACCEPTED_ANSWERS, acceptedReply } from "./accepted-reply.ts";
import { BODY_PROBLEMS } from "./body-problems.ts";
import { isMatch } from "./etag.ts";
import { nextLink } from "./next-link.ts";
import { deadLetterEtag, deadLetterUrl, presentDeadLetter } from "./present-dead-letter.ts";
import { defineRoute } from "./route.ts";
import type { Reply, RequestContext, Route } from "./route.ts";

/** The heading that the routes of the ledger stand under in the API document. */
export const DEAD_LETTERS_TAG = "dead-letters";

export const DEAD_LETTERS_PATH = "api/ops/dead-letters";
const LETTER_PATH = `${DEAD_LETTERS_PATH}/{dead_letter_id}`;
const params = z.object({ dead_letter_id: deadLetterIdSchema });

/** The engineers' inbox: what failed for good, in all workspaces. */
export const deadLetterRoutes: readonly Route[] = [
  defineRoute({
    name: "dead-letters-list",
    methods: ["GET"],
    path: DEAD_LETTERS_PATH,
    access: "operator",
    tag: DEAD_LETTERS_TAG,
    summary: "List dead letters of all workspaces, the latest failures first; open ones unless asked otherwise",
    query: deadLetterQuerySchema,
    answers: { 200: { description: "A page of dead letters, without their payloads", schema: deadLetterListSchema } },
    problems: ["INVALID_QUERY", "STORAGE_UNAVAILABLE"],
    handle: async (app, request) => list(app, request, request.query),
  }),

  defineRoute({
    name: "dead-letters-get",
    methods: ["GET"],
    path: LETTER_PATH,
    access: "operator",
    tag: DEAD_LETTERS_TAG,
    summary: "Read a dead letter, with its payload and what was done with it",
    params,
    answers: { 200: { description: "The dead letter", schema: deadLetterViewSchema, headers: ["ETag"] } },
    problems: ["NOT_FOUND", "STORAGE_UNAVAILABLE"],
    async handle(app, request) {
      const { letter } = await app.deadLetters.require(request.params.dead_letter_id);
      return letterReply(app, request, letter);
    },
  }),

  defineRoute({
    name: "dead-letters-edit",
    methods: ["PATCH"],
    path: LETTER_PATH,
    access: "operator",
    tag: DEAD_LETTERS_TAG,
    summary: "Set the payload that a replay begins with",
    params,
    headers: z.object({ "If-Match": z.string().meta({ description: "The `ETag` that the letter was read with" }) }),
    body: { kind: "json", schema: editDeadLetterSchema },
    answers: { 200: { description: "The dead letter", schema: deadLetterViewSchema, headers: ["ETag"] } },
    problems: [
      ...BODY_PROBLEMS,
      ...(["NOT_FOUND", "UNKNOWN_JOB_TYPE", "DEAD_LETTER_RESOLVED"] as const),
      ...(["PRECONDITION_REQUIRED", "PRECONDITION_FAILED", "STORAGE_UNAVAILABLE"] as const),
    ],
    async handle(app, request) {
      const expected = request.header("if-match");
      if (expected === null)
        throw new MillraceError("PRECONDITION_REQUIRED", "Send If-Match with the ETag that the letter was read with");
      const letter = await editDeadLetter(app, {
        deadLetterId: request.params.dead_letter_id,
        isExpected: (current) => isMatch(expected, deadLetterEtag(current)),
        ...request.body,
      });
      return letterReply(app, request, letter);
    },
  }),

  defineRoute({
    name: "dead-letters-replay",
    methods: ["POST"],
    path: `${LETTER_PATH}/replay`,
    access: "operator",
    tag: DEAD_LETTERS_TAG,
    summary: "Do again what failed; asking twice begins one operation",
    params,
    body: { kind: "json", schema: replayDeadLetterSchema, isOptional: true },
    answers: {
      ...ACCEPTED_ANSWERS,
      202: {
        ...ACCEPTED_ANSWERS[202],
        description: "The job's new operation; of a message, the letter, and the message is on its queue again",
        schema: z.union([acceptedViewSchema, deadLetterViewSchema]),
      },
    },
    problems: [
      ...BODY_PROBLEMS,
      ...(["NOT_FOUND", "JOB_NOT_FOUND", "GONE", "UNKNOWN_JOB_TYPE", "DEAD_LETTER_RESOLVED"] as const),
      ...(["OPERATION_SUPERSEDED", "UNDO_PENDING", "INVALID_HEADER"] as const),
      ...(["VERSION_CONFLICT", "STORAGE_UNAVAILABLE"] as const),
    ],
    async handle(app, request) {
      const deadLetterId = request.params.dead_letter_id;
      const { traceparent } = request;
      const submittedBy = principalOf(request.header(PRINCIPAL_HEADER));
      const command = { deadLetterId, traceparent, submittedBy, ...request.body };
      return replayReply(app, request, await replayDeadLetter(app, command));
    },
  }),

  defineRoute({
    name: "dead-letters-close",
    methods: ["POST"],
    path: `${LETTER_PATH}/close`,
    access: "operator",
    tag: DEAD_LETTERS_TAG,
    summary: "Say that nothing more is to be done about a failure, and why",
    params,
    body: { kind: "json", schema: closeDeadLetterSchema },
    answers: { 200: { description: "The dead letter", schema: deadLetterViewSchema, headers: ["ETag"] } },
    problems: [
      ...BODY_PROBLEMS,
      ...(["NOT_FOUND", "DEAD_LETTER_RESOLVED", "VERSION_CONFLICT", "STORAGE_UNAVAILABLE"] as const),
    ],
    async handle(app, request) {
      const deadLetterId = request.params.dead_letter_id;
      return letterReply(app, request, await closeDeadLetter(app, { deadLetterId, ...request.body }));
    },
  }),
];

async function list(app: App, { origin, log }: RequestContext, query: DeadLetterQuery): Promise<Reply> {
  const { status, limit, cursor, kind, fingerprint } = query;
  const { workspace_id: workspaceId, job_type: jobType, error_code: code } = query;
  const filter = { workspaceId, jobType, code, kind, fingerprint, behind: cursor };
  const page = await listDeadLetters(app, { ...filter, status: status === "all" ? undefined : status }, limit);
  for (const { deadLetterId, unreadable } of page.unreadable)
    log.error("row skipped in a list", { dead_letter_id: deadLetterId }, unreadable);
  const value = page.letters.map((letter) => presentDeadLetter(letter, origin));
  const next = page.next && nextLink(`${origin}/${DEAD_LETTERS_PATH}`, query, page.next);
  return { status: 200, json: { value, ...(next && { next_link: next }) } };
}

async function letterReply({ content }: App, { origin }: RequestContext, letter: DeadLetter): Promise<Reply> {
  const edited = letter.origin === "job" ? letter.editedPayload : undefined;
  const payload = await findContent(content, letter.payload);
  const editedPayload = edited && (await findContent(content, edited));
  // Where they are gone, the letter is to be read all the same: somebody must close it.
  const json: DeadLetterView = {
    ...presentDeadLetter(letter, origin),
    ...(payload && { payload: payload.value }),
    ...(editedPayload && { edited_payload: editedPayload.value }),
  };
  return { status: 200, headers: { etag: deadLetterEtag(letter), "cache-control": "private, no-cache" }, json };
}

/** The operation that the replay began, also where the job has begun another since. */
async function replayReply(app: App, request: RequestContext, replayed: Replayed): Promise<Reply> {
  if ("job" in replayed) {
    const { job, operationId, before, unsent } = replayed;
    return acceptedReply(app, request, { job, operationId, replayed: before, unsent });
  }
  const { status: _ok, headers, ...reply } = await letterReply(app, request, replayed.letter);
  const location = deadLetterUrl(request.origin, replayed.letter.deadLetterId);
  const before = replayed.before ? { "idempotency-replayed": "true" } : {};
  return { ...reply, status: 202, headers: { ...headers, ...before, location } };
}
