import type { z } from "zod";
import type { ApprovalOptions, ApprovalOutput } from "./approval.ts";
import { POLL_EVERY_MS } from "./call.ts";
import type { CallOptions } from "./call.ts";
import type { Compensate, CompensateOptions, Compensation } from "./compensation.ts";
import type { MapOptions, PartContext } from "./map.ts";
import type { Looked, PollOptions } from "./poll.ts";
import type { StepContext } from "./step-context.ts";
import type { Step } from "./step.ts";
import type { TaskOptions } from "./task.ts";

/** A pipeline with one step more. */
type With<Payload, Outputs, Name extends string, Output> = Pipeline<
  Payload,
  Outputs & Readonly<Record<Name, Output>>,
  Output
>;

/** Steps in order. Each sees the payload and the outputs of all before it; the last one's output is the result. */
export interface Pipeline<Payload, Outputs, Result> {
  readonly steps: readonly Step[];
  /** Work that one process does in one go. */
  step<Name extends string, Output>(
    name: Name,
    options: TaskOptions,
    run: (context: StepContext<Payload, Outputs>) => Promise<Output>,
  ): With<Payload, Outputs, Name, Output>;
  /** How to take back what the step before has done, should the job fail or be cancelled behind it. Not behind an approval. */
  compensate(
    undo: Compensate<Payload, Outputs, Result>,
    options?: CompensateOptions,
  ): Pipeline<Payload, Outputs, Result>;
  /** The same work for each of many items, several at one time. */
  map<Name extends string, Item, Output>(
    name: Name,
    options: MapOptions<Payload, Outputs, Item>,
    run: (context: PartContext<Payload, Item>) => Promise<Output>,
  ): With<Payload, Outputs, Name, readonly Output[]>;
  /** People decide. */
  approval<Name extends string>(
    name: Name,
    options: ApprovalOptions<Payload, Outputs>,
  ): With<Payload, Outputs, Name, ApprovalOutput>;
  /** Looks now and then whether something is done elsewhere. */
  poll<Name extends string, Output>(
    name: Name,
    options: PollOptions,
    run: (context: StepContext<Payload, Outputs>) => Promise<Looked<Output>>,
  ): With<Payload, Outputs, Name, Output>;
  /** A service of somebody else's does it. */
  call<Name extends string, Answer extends z.ZodType>(
    name: Name,
    options: CallOptions<Payload, Outputs, Answer>,
  ): With<Payload, Outputs, Name, z.output<Answer>>;
  /** Holds the type of the last output for the compiler; never set. */
  readonly resultType?: Result | undefined;
}

/** The beginning of a pipeline: no steps yet, no outputs. */
export function startPipeline<Payload>(): Pipeline<Payload, unknown, undefined> {
  return pipelineOf<Payload, unknown, undefined>([]);
}

function pipelineOf<Payload, Outputs, Result>(steps: readonly Step[]): Pipeline<Payload, Outputs, Result> {
  // The house calls a step with the payload and outputs that its profile says, which only the compiler can know.
  const add = (step: object) => pipelineOf<never, never, never>([...steps, step as Step]) as never;
  return {
    steps,
    step: (name, { weight = 1, ...options }, run) => add({ ...options, kind: "task", name, weight, run }),
    compensate: (compensate, { sinceVersion } = {}) =>
      pipelineOf(withCompensation(steps, { compensate: compensate as never, compensatesSince: sinceVersion })),
    map: (name, { weight = 1, ...options }, run) => add({ ...options, kind: "map", name, weight, run }),
    approval: (name, { weight = 1, quorum = 1, allowSelf = false, ...options }) =>
      add({ ...options, kind: "approval", name, weight, quorum, allowSelf }),
    poll: (name, { weight = 1, backoff = 1, ...options }, run) =>
      add({ ...options, kind: "poll", name, weight, backoff, run }),
    call: (name, { weight = 1, pollEveryMs = POLL_EVERY_MS, ...options }) =>
      add({ ...options, kind: "call", name, weight, pollEveryMs }),
  };
}

function withCompensation(steps: readonly Step[], compensation: Compensation): readonly Step[] {
  const last = steps.at(-1);
  if (!last || last.kind === "approval")
    throw new Error(
      "Cannot compensate what does nothing: call .compensate() behind .step(), .map(), .poll() or .call()",
    );
  return [...steps.slice(0, -1), { ...last, ...compensation }];
}
