import { againOnConflict } from "../../platform/again-on-conflict.ts";
import type { Part } from "../store/part.ts";
import { mapOf } from "./step-run.ts";
import type { StepRun } from "./step-run.ts";

/** Decides on the part as it stands and writes that; nothing when there is no such part any more. */
export async function changePart(
  run: StepRun,
  index: number,
  decide: (part: Part) => Part | undefined,
): Promise<Part | undefined> {
  const { parts } = run.deps;
  const map = mapOf(run);
  return againOnConflict(async () => {
    const stored = await parts.get(map, index);
    const next = stored && decide(stored.part);
    return stored && next ? (await parts.save(map, next, stored)).part : stored?.part;
  });
}
