import type { JobPhase } from "../../../src/jobs/life/lifecycle.ts";

/** What can be asked of a job that is there. */
export type Act = "read" | "cancel" | "regenerate" | "replay" | "edit" | "close" | "delete";

/** What somebody asked of a job. */
export interface Asked {
  readonly act: Act;
  /** Ties an answer to its question. */
  readonly call: number;
  readonly jobId: string;
  /** The operation that is meant; whichever is current, if absent. */
  readonly operationId?: string | undefined;
  /** The payload of the operation that is to begin; the one there is, if absent. */
  readonly text?: string | undefined;
  readonly key?: string | undefined;
  /** The dead letter that is meant, by operators. */
  readonly letterId?: string | undefined;
}

type About = Pick<Asked, "act" | "call" | "jobId">;

/**
 * What a client did and heard. Of a submission, `text` names the request, and only one is like it. `maybe` and `unsure`:
 * no answer or one that does not say, so it may have happened. `gone`: it was done, and there is no job to
 * tell of.
 */
export type ClientEvent = {
  readonly at: number;
  readonly client: string;
  /** How many commits there were: what a client hears cannot be newer. */
  readonly commits: number;
} & (
  | { readonly did: "submit"; readonly text: string; readonly key: string | undefined }
  | { readonly did: "heard"; readonly text: string; readonly key: string | undefined; readonly jobId: string }
  | {
      readonly did: "maybe" | "refused";
      readonly text: string;
      readonly key: string | undefined;
      readonly code: string;
    }
  | { readonly did: "read"; readonly jobId: string; readonly version: number; readonly result: string | undefined }
  | ({ readonly did: "ask" } & Asked)
  | ({ readonly did: "yes"; readonly operationId: string; readonly version: number; readonly phase: JobPhase } & About)
  | ({ readonly did: "gone" } & About)
  | ({ readonly did: "no"; readonly code: string } & About)
  | ({ readonly did: "unsure"; readonly code: string } & About)
);
