import type { JobPhase } from "../../../../src/jobs/life/lifecycle.ts";
import { MillraceError } from "../../../../src/platform/errors.ts";
import type { ClientEvent } from "../../history/history.ts";
import type { Life } from "../../world/world.ts";
import { NO_ANSWER } from "../call.ts";
import type { Host } from "../host.ts";
import type { Site } from "../site.ts";

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Unlogged = DistributiveOmit<ClientEvent, "at" | "commits">;

/** What a caller knows of a job it was told of. */
interface KnownJob {
  /** The latest comes last. */
  readonly operations: string[];
  phase: JobPhase;
}

/** Who asks the app for something, and what it remembers of the answers. */
export interface Caller {
  readonly site: Site;
  readonly life: Life;
  readonly name: string;
  readonly hosts: readonly [Host, ...Host[]];
  readonly log: (event: Unlogged) => void;
  readonly known: Map<string, KnownJob>;
}

export const WORKSPACE = "default";
export const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** What a client hears of a request that may have been carried out. Anything else it was never told to expect. */
export const MAY_HAVE_HAPPENED: ReadonlySet<string> = new Set(["none", "STORAGE_UNAVAILABLE"]);

export function remember(
  { known }: Caller,
  jobId: string,
  { operationId, phase }: { readonly operationId: string; readonly phase: JobPhase },
): void {
  const job = known.get(jobId) ?? { operations: [], phase };
  job.phase = phase;
  if (!job.operations.includes(operationId)) job.operations.push(operationId);
  known.set(jobId, job);
}

/** It is gone, as far as this caller was told. */
export function forget({ known }: Caller, jobId: string, code: string): void {
  if (code === "JOB_NOT_FOUND" || code === "GONE") known.delete(jobId);
}

export function codeOf(thrown: unknown): string {
  if (thrown === NO_ANSWER) return "none";
  return thrown instanceof MillraceError ? thrown.code : String(thrown);
}
