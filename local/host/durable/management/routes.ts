import type { Answer } from "./answer.ts";
import { resume, rewind, suspend, terminate } from "./change-instance.ts";
import { entityList } from "./entity-list.ts";
import { signal, signalDelete, signalNobody } from "./entity-signal.ts";
import { entityState } from "./entity-state.ts";
import { instanceList } from "./instance-list.ts";
import { instanceStatus } from "./instance-status.ts";
import type { ManagementCall } from "./management-call.ts";
import { purgeMany, purgeOne } from "./purge-history.ts";
import { raiseEventFor } from "./raise-event.ts";
import { restartOrchestration } from "./restart-orchestration.ts";
import { startOrchestration } from "./start-orchestration.ts";

interface Route {
  readonly method: string;
  readonly pattern: string;
  readonly answer: (call: ManagementCall) => Promise<Answer>;
}

/** The management API of the Durable extension. Words of a pattern have no case. */
const ROUTES: readonly Route[] = [
  { method: "POST", pattern: "orchestrators/{name}", answer: startOrchestration },
  { method: "POST", pattern: "orchestrators/{name}/{id}", answer: startOrchestration },
  { method: "GET", pattern: "instances", answer: instanceList },
  { method: "DELETE", pattern: "instances", answer: purgeMany },
  { method: "GET", pattern: "instances/{id}", answer: instanceStatus },
  { method: "DELETE", pattern: "instances/{id}", answer: purgeOne },
  { method: "POST", pattern: "instances/{id}/raiseEvent/{event}", answer: raiseEventFor },
  { method: "POST", pattern: "instances/{id}/terminate", answer: terminate },
  { method: "POST", pattern: "instances/{id}/suspend", answer: suspend },
  { method: "POST", pattern: "instances/{id}/resume", answer: resume },
  { method: "POST", pattern: "instances/{id}/rewind", answer: rewind },
  { method: "POST", pattern: "instances/{id}/restart", answer: restartOrchestration },
  { method: "GET", pattern: "entities", answer: entityList },
  { method: "GET", pattern: "entities/{name}", answer: entityList },
  { method: "GET", pattern: "entities/{name}/{key}", answer: entityState },
  { method: "POST", pattern: "entities/{name}", answer: signalNobody },
  { method: "POST", pattern: "entities/{name}/{key}", answer: signal },
  { method: "DELETE", pattern: "entities/{name}/{key}", answer: signalDelete },
];

export interface MatchedRoute {
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
}

/** Finds what a request is about; undefined for 404, which is also the answer to a wrong method. */
export function findRoute(method: string, segments: readonly string[]): MatchedRoute | undefined {
  for (const route of ROUTES) {
    const path = route.method === method ? match(route.pattern.split("/"), segments) : undefined;
    if (path) return { route, path };
  }
  return undefined;
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const path: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith("{")) path[part.slice(1, -1)] = segment;
    else if (part.toLowerCase() !== segment.toLowerCase()) return undefined;
  }
  return path;
}
