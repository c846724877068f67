import { wishOf } from "./check-accounting.ts";
import type { Violation } from "./history.ts";
import type { Walk } from "./job-walks.ts";
import type { TextOf } from "./payload-texts.ts";

/** The scenario's job type gives its payload back: a result is that of its own job and its own operation. */
export function checkResults({ jobId, moves, last }: Walk, textOf: TextOf): Violation[] {
  return moves.flatMap(({ before, after }): Violation[] => {
    if (!after) return [];
    const asked = textOf(after);
    if (asked === undefined && !last) return []; // Its payload may have gone with it, before anybody looked.
    if (!before && asked !== wishOf(after))
      return [
        { kind: "wrong result", text: `${jobId}: "${wishOf(after)}" was asked for, "${String(asked)}" is there` },
      ];
    if (after.phase !== "done" || !("inline" in after.result)) return [];
    const text = (after.result.inline as { readonly text: string }).text.trimEnd();
    return text === asked ? [] : [{ kind: "wrong result", text: `${jobId}: "${String(asked)}" gave "${text}"` }];
  });
}
