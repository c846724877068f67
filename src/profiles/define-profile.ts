import type { z } from "zod";
import type { Mode } from "../contract/submit-request.ts";
import { startPipeline } from "../steps/pipeline.ts";
import type { Pipeline } from "../steps/pipeline.ts";
import type { Step } from "../steps/step.ts";

/** Something outside the payload that the job will need: checked when the job is submitted, before anything is stored. */
export type Reference =
  | {
      readonly kind: "file";
      readonly pointer: string;
      readonly fileId: string;
      readonly contentTypes: readonly string[];
    }
  | { readonly kind: "url"; readonly pointer: string; readonly url: string };

interface ProfileExample<Payload> {
  readonly name: string;
  readonly payload: Payload;
}

/** What is said of a job type in words and names. */
interface ProfileFacts {
  /** The `job_type` of a request. Lower case, digits and dashes. */
  readonly id: string;
  /** Grows with every change of the contract; pinned on each job. */
  readonly version: number;
  readonly title: string;
  readonly description: string;
  /** What a job of this type usually takes: never short enough for an HTTP request to wait for without asking. */
  readonly durationClass: "seconds" | "minutes" | "hours";
  /** Which of the deployment's queues carries jobs of this type; a name in the `JOB_QUEUES` setting. */
  readonly capability: string;
  /** How jobs of this type can run; the first is the default. */
  readonly modes: readonly [Mode, ...Mode[]];
}

interface ProfileDefinition<Payload extends z.ZodObject, Result extends z.ZodObject> extends ProfileFacts {
  readonly payload: Payload;
  /** What the last step returns. */
  readonly result: Result;
  /** First try included. */
  readonly maxAttempts?: number;
  /** Whether its steps ask the model, so that its price is of interest. */
  readonly asksModel?: boolean;
  /** Whether each of its steps is carried out for itself, as those of every job type are that has more than tasks. */
  readonly orchestrated?: boolean;
  readonly examples: readonly [ProfileExample<z.input<Payload>>, ...ProfileExample<z.input<Payload>>[]];
  readonly references?: (payload: z.output<Payload>) => readonly Reference[];
  /** The payload of a job that is made of an uploaded file alone; absent if there must be more to it. See `docs/other-doors.md`. */
  readonly fromFile?: (fileId: string) => z.input<Payload>;
  readonly steps: (
    start: Pipeline<z.output<Payload>, unknown, undefined>,
  ) => Pick<Pipeline<never, never, z.input<Result>>, "steps" | "resultType">;
}

/** A job type, as the rest of the house sees it. */
export interface Profile extends ProfileFacts {
  readonly payload: z.ZodObject;
  readonly result: z.ZodObject;
  readonly maxAttempts: number;
  readonly asksModel: boolean;
  /** Its jobs are led from step to step by an orchestrator; others are run by the worker that claimed them. */
  readonly orchestrated: boolean;
  readonly examples: readonly ProfileExample<Record<string, unknown>>[];
  readonly references: (payload: Record<string, unknown>) => readonly Reference[];
  readonly fromFile?: (fileId: string) => Record<string, unknown>;
  readonly steps: readonly Step[];
}

/** The first try and three more, at about 2, 4 and 8 seconds' distance. */
const DEFAULT_MAX_ATTEMPTS = 4;

/**
 * Defines a job type: its contract and its work, in one file. The schema drives validation, the API document and the
 * profile's page; the steps drive execution. Add the profile to the list in `all.ts` and it can be submitted.
 */
export function defineProfile<Payload extends z.ZodObject, Result extends z.ZodObject>(
  definition: ProfileDefinition<Payload, Result>,
): Profile {
  const { references, maxAttempts = DEFAULT_MAX_ATTEMPTS, asksModel = false, ...rest } = definition;
  const { steps } = definition.steps(startPipeline<z.output<Payload>>());
  return {
    ...rest,
    maxAttempts,
    asksModel,
    orchestrated: definition.orchestrated ?? steps.some(({ kind }) => kind !== "task"),
    references: (payload) => references?.(payload as z.output<Payload>) ?? [],
    steps,
  };
}
