import type { Job } from "../../../../src/jobs/life/job.ts";
import { textOfItem } from "../../batches/planned-batch.ts";
import type { Walk } from "../job-walks.ts";
import type { Violation } from "../violation.ts";
import { stateAt } from "./batch-walk.ts";
import type { BatchWalk } from "./batch-walk.ts";

/**
 * A job's payload has in it what its parents came to, and nothing in the place of those that did not complete; and what
 * it comes to itself is its own.
 */
export function checkHandedOn({ items }: BatchWalk): Violation[] {
  return [...items.values()].flatMap(({ item, jobs }) =>
    jobs.flatMap(({ jobId, moves }): Violation[] => {
      const [first] = moves;
      const given = first?.after && givenIn(first.after);
      if (!given) return [];
      const results = resultsOf(moves).filter((text) => text !== textOfItem(item));
      if (results.length > 0)
        return [{ kind: "wrong result", text: `${item.key} (${jobId}) gave ${results.join(" and ")}` }];
      const wanted = item.takes.map((key) => {
        const parent = items.get(key);
        return parent && stateAt(parent, first.index) === "completed" ? textOfItem(parent.item) : null;
      });
      if (JSON.stringify(given) === JSON.stringify(wanted)) return [];
      const text = `${item.key} (${jobId}) was given ${JSON.stringify(given)}, not ${JSON.stringify(wanted)}`;
      return [{ kind: "wrong result", text }];
    }),
  );
}

function resultsOf(moves: Walk["moves"]): string[] {
  return moves.flatMap(({ after }) =>
    after?.phase === "done" && "inline" in after.result
      ? [(after.result.inline as { readonly text: string }).text]
      : [],
  );
}

/** Nothing where the payload stands in a blob. */
function givenIn({ payload }: Job): unknown {
  return "inline" in payload ? (payload.inline as { readonly given: unknown }).given : undefined;
}
