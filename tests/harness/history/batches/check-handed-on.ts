import type { Job } from "../../../../src/jobs/life/job.ts";
import { textOfItem } from "../../batches/planned-batch.ts";
import type { Violation } from "../violation.ts";
import { endOf } from "./batch-walk.ts";
import type { BatchWalk } from "./batch-walk.ts";

/** A job's payload has in it what its parents came to, and nothing in the place of those that did not complete. */
export function checkHandedOn({ items }: BatchWalk): Violation[] {
  return [...items.values()].flatMap(({ item, jobs }) =>
    jobs.flatMap(({ jobId, moves }): Violation[] => {
      const [first] = moves;
      const given = first?.after && givenIn(first.after);
      if (!given) return [];
      const wanted = item.takes.map((key) => {
        const parent = items.get(key);
        return parent && endOf(parent) === "completed" ? textOfItem(parent.item) : null;
      });
      if (JSON.stringify(given) === JSON.stringify(wanted)) return [];
      const text = `${item.key} (${jobId}) was given ${JSON.stringify(given)}, not ${JSON.stringify(wanted)}`;
      return [{ kind: "wrong result", text }];
    }),
  );
}

/** Nothing where the payload stands in a blob. */
function givenIn({ payload }: Job): unknown {
  return "inline" in payload ? (payload.inline as { readonly given: unknown }).given : undefined;
}
