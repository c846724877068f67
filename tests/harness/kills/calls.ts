import { isRowWrite } from "./fault-proxy.ts";
import type { Call } from "./fault-proxy.ts";

/** The calls of a host by which it works on a job; the rest is its polling. */

export function isQuestion({ service }: Call): boolean {
  return service === "Model";
}

/** The rows that are written say that somebody has the job. */
export function isHold(call: Call): boolean {
  return isRowWrite(call) && call.body.includes('"phase":"processing"');
}

/** The row that is written names the blob in which the second step's output is kept. */
export function isSecondStep(call: Call): boolean {
  return isHold(call) && call.body.includes("draft.json");
}

/** The document that holds a job's result. */
export function isResult({ service, method, path }: Call): boolean {
  return service === "Blob" && method === "PUT" && /\/job_[^/]*\.json/.test(path);
}

/** A message goes for good: the host deletes it, and renews one otherwise. */
export function isGoodbye({ service, method }: Call): boolean {
  return service === "Queue" && method === "DELETE";
}

export function isWork(call: Call): boolean {
  return isRowWrite(call) || isQuestion(call) || isResult(call) || isGoodbye(call);
}
