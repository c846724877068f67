import { z } from "zod";
import { bulkReplayViewSchema } from "../contract/bulk-replay-view.ts";
import { bulkReplayRequestSchema, stopBulkReplaySchema } from "../contract/dead-letter-requests.ts";
import type { BulkReplayRequest } from "../contract/dead-letter-requests.ts";
import { replayIdSchema } from "../contract/ids.ts";
import { startBulkReplay } from "../dead-letters/start-bulk-replay.ts";
import type { BulkReplayCommand } from "../dead-letters/start-bulk-replay.ts";
import { stopBulkReplay } from "../dead-letters/stop-bulk-replay.ts";
import { PRINCIPAL_HEADER, principalOf } from "../identity/principal.ts";
import { BODY_PROBLEMS } from "./body-problems.ts";
import { DEAD_LETTERS_PATH, DEAD_LETTERS_TAG } from "./dead-letter-routes.ts";
import { presentBulkReplay } from "./present-bulk-replay.ts";
import { defineRoute } from "./route.ts";
import type { Route } from "./route.ts";

const REPLAY_PATH = `${DEAD_LETTERS_PATH}/replays/{replay_id}`;
const params = z.object({ replay_id: replayIdSchema });

/** Replays of many dead letters, which go on by themselves: begin, watch, stop. */
export const bulkReplayRoutes: readonly Route[] = [
  defineRoute({
    name: "dead-letters-replay-many",
    methods: ["POST"],
    path: `${DEAD_LETTERS_PATH}/replay`,
    access: "operator",
    tag: DEAD_LETTERS_TAG,
    summary: "Replay the open letters of jobs that the filter names: a few first, the rest at a rate",
    body: { kind: "json", schema: bulkReplayRequestSchema },
    answers: { 202: { description: "It begins within seconds", schema: bulkReplayViewSchema, headers: ["Location"] } },
    problems: [...BODY_PROBLEMS, "INVALID_HEADER", "STORAGE_UNAVAILABLE"],
    async handle(app, request) {
      const submittedBy = principalOf(request.header(PRINCIPAL_HEADER));
      const command = { ...settingsOf(request.body), traceparent: request.traceparent, submittedBy };
      const json = presentBulkReplay(await startBulkReplay(app, command), request.origin);
      return { status: 202, headers: { location: json.links.self }, json };
    },
  }),

  defineRoute({
    name: "dead-letters-replays-get",
    methods: ["GET"],
    path: REPLAY_PATH,
    access: "operator",
    tag: DEAD_LETTERS_TAG,
    summary: "Read how far a replay of many is",
    params,
    answers: { 200: { description: "The replay", schema: bulkReplayViewSchema } },
    problems: ["NOT_FOUND", "STORAGE_UNAVAILABLE"],
    async handle({ bulkReplays }, { params: { replay_id: replayId }, origin }) {
      return { status: 200, json: presentBulkReplay((await bulkReplays.require(replayId)).replay, origin) };
    },
  }),

  defineRoute({
    name: "dead-letters-replays-stop",
    methods: ["POST"],
    path: `${REPLAY_PATH}/stop`,
    access: "operator",
    tag: DEAD_LETTERS_TAG,
    summary: "Replay no letter more; what has begun goes on",
    params,
    body: { kind: "json", schema: stopBulkReplaySchema, isOptional: true },
    answers: { 200: { description: "The replay", schema: bulkReplayViewSchema } },
    problems: [...BODY_PROBLEMS, "NOT_FOUND", "VERSION_CONFLICT", "STORAGE_UNAVAILABLE"],
    async handle(app, { params: { replay_id: replayId }, body, origin }) {
      return { status: 200, json: presentBulkReplay(await stopBulkReplay(app, { replayId, ...body }), origin) };
    },
  }),
];

function settingsOf({ filter, ...settings }: BulkReplayRequest): Omit<BulkReplayCommand, "traceparent"> {
  return {
    filter: {
      workspaceId: filter.workspace_id,
      jobType: filter.job_type,
      code: filter.code,
      kind: filter.kind,
      fingerprint: filter.fingerprint,
      fewerReplaysThan: filter.max_replays + 1,
    },
    failedBefore: filter.failed_before === undefined ? undefined : new Date(filter.failed_before),
    limit: settings.limit,
    ratePerSecond: settings.rate_per_second,
    canary: settings.canary,
    stopAtFailureRate: settings.stop_at_failure_rate,
    reason: settings.reason,
  };
}
