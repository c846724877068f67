import { isEnded } from "../state/instance.ts";
import type { Known } from "../state/instance.ts";
import type { Answer } from "./answer.ts";
import type { ManagementCall } from "./management-call.ts";
import { statusView } from "./status-view.ts";

/** `GET /instances/{id}` */
export async function instanceStatus(call: ManagementCall): Promise<Answer> {
  const known = call.hub.find(call.path["id"] ?? "");
  return known ? statusAnswer(call, known) : { status: 404 };
}

/** 202 while it goes on, with the place to ask again; 200 when it has ended, or 500 for a failed one if that was asked for. */
export async function statusAnswer(call: ManagementCall, known: Known): Promise<Answer> {
  const { hub, query, url } = call;
  const body = await statusView(hub, known, {
    showsInput: query.flag("showInput") ?? true,
    showsHistory: query.flag("showHistory") ?? false,
    showsHistoryOutput: query.flag("showHistoryOutput") ?? false,
  });
  if (!body) return { status: 404 };
  const status = body.runtimeStatus; // not the instance's, which may have gone on meanwhile
  if (!isEnded(status)) return { status: 202, body, headers: { location: url, "retry-after": "5" } };
  const isError = status === "Failed" && query.flag("returnInternalServerErrorOnFailure") === true;
  return { status: isError ? 500 : 200, body };
}
