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
  /** Parents whose text its payload names; nothing stands there for one that did not complete. */
  readonly takes: readonly string[];
  /** A parent without whose text its payload fits no schema. */
  readonly needs: string | undefined;
}

/** What an item's job is asked: no other item of the run has this text. */
export function textOfItem({ mood, key }: PlannedItem): string {
  return `${mood} ${key}`;
}

/** What a client asks for an item of a batch: as the text of its own job, and those of parents by their names. */
export function payloadOf(item: PlannedItem): Readonly<Record<string, unknown>> {
  const textOf = (key: string) => ({ $from: key, path: "/text" });
  return {
    text: textOfItem(item),
    given: item.takes.map(textOf),
    ...(item.needs !== undefined && { needed: textOf(item.needs) }),
  };
}
