import type { z } from "zod";
import type { Compensation } from "./compensation.ts";
import type { AnyOutputs, StepInputs } from "./step-context.ts";

export interface CallOptions<Payload, Outputs, Answer extends z.ZodType> {
  /** A name in the setting `EXTERNAL_WORKERS`. */
  readonly worker: string;
  /** What the worker is sent: JSON. */
  readonly request: (inputs: StepInputs<Payload, Outputs>) => unknown;
  /** What its answer must be. */
  readonly answer: Answer;
  /** When the answer must be there, counted from the step's beginning. */
  readonly deadlineMs: number;
  /** How often the worker is asked, if it says where. */
  readonly pollEveryMs?: number;
  readonly weight?: number;
}

/** Work that a service of somebody else's does: it answers at once, calls back, or is asked now and then. */
export interface CallStep extends Compensation {
  readonly kind: "call";
  readonly name: string;
  readonly weight: number;
  readonly worker: string;
  readonly answer: z.ZodType;
  readonly deadlineMs: number;
  readonly pollEveryMs: number;
  request(inputs: StepInputs<unknown, AnyOutputs>): unknown;
}

/** A worker that is asked is asked this often unless the profile says otherwise. */
export const POLL_EVERY_MS = 15_000;
