import type { Compensation } from "./compensation.ts";
import type { AnyOutputs, StepContext, StepInputs } from "./step-context.ts";

export interface MapOptions<Payload, Outputs, Item> {
  /** Of each part. */
  readonly timeoutMs: number;
  /** The share of all parts together. */
  readonly weight?: number;
  /** How many parts of one job are at work at one time, over all processes. */
  readonly maxParallel: number;
  /**
   * What the parts are made of, one item each: JSON, `MAX_PARTS` at most. Called before the parts begin, and again if that
   * came to nothing: it must return the same for the same, since the parts that stand already are left as they are.
   */
  readonly items: (inputs: StepInputs<Payload, Outputs>) => readonly Item[];
}

/** A part sees its item and the payload. It sees no outputs: what it needs of them stands in its item. */
export interface PartContext<Payload, Item> extends Omit<StepContext<Payload, never>, "outputs"> {
  readonly item: Item;
  /** From 0. */
  readonly index: number;
}

/**
 * The same work for each of many items, several at one time, each tried again alone. Its output is the list of what the
 * parts returned, in the order of the items.
 */
export interface MapStep extends Compensation {
  readonly kind: "map";
  readonly name: string;
  readonly timeoutMs: number;
  readonly weight: number;
  readonly maxParallel: number;
  items(inputs: StepInputs<unknown, AnyOutputs>): readonly unknown[];
  run(context: PartContext<unknown, unknown>): Promise<unknown>;
}

/** Each part is a row, and what all of them returned is one list in the memory of the step that reads it. */
export const MAX_PARTS = 10_000;
