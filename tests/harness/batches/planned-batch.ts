import type { Mood } from "../actors/job-type.ts";

/** What becomes of an item whose parents did not all complete. */
export const POLICIES = ["skip_dependents", "continue", "fail_fast"] as const;
export type Policy = (typeof POLICIES)[number];

/** A batch as a client wants it: a graph without circles, in any order. */
export interface PlannedBatch {
  /** No other batch of the run has it; all keys begin with it. */
  readonly name: string;
  readonly policy: Policy;
  readonly items: readonly PlannedItem[];
  /** Whether a job runs when all items have ended. */
  readonly hasFinally: boolean;
}

export interface PlannedItem {
  readonly key: string;
  readonly dependsOn: readonly string[];
  /** How the model behaves for its job. */
  readonly mood: Mood;
  /** Whether its job may come to something else each time it runs. */
  readonly varies: boolean;
  /** Parents whose result its payload names; nothing stands there for one that did not complete. */
  readonly takes: readonly string[];
  /** A parent without whose text its payload fits no schema. */
  readonly needs: string | undefined;
}

/** What an item's job is asked: no other item of the run has this text. */
export function textOfItem({ mood, key }: PlannedItem): string {
  return `${mood} ${key}`;
}

/** What the job of an item comes to. */
export interface ItemResult {
  /** Its own, as it was asked. */
  readonly text: string;
  /** What it drew, if it varies, with the editions of all that it was given: so what changes is seen in what takes it. */
  readonly edition: number;
}

/** What a client asks for an item of a batch: its text, and the results of parents by their names. */
export function payloadOf(item: PlannedItem): Readonly<Record<string, unknown>> {
  return {
    text: textOfItem(item),
    varies: item.varies,
    given: item.takes.map((key) => ({ $from: key, path: "" })),
    ...(item.needs !== undefined && { needed: { $from: item.needs, path: "/text" } }),
  };
}
