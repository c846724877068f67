import { isBalanced } from "../../../src/operations/books.ts";
import { checkConsistency } from "../../../src/operations/check-consistency.ts";
import type { Audit } from "../history/history.ts";
import type { Host } from "./host.ts";
import type { Site } from "./site.ts";

const WITHIN_MS = 25_000;

/** Has the product look over its own rows and blobs, and keeps what it says. Nothing else is under way. */
export async function audit(site: Site, hosts: readonly Host[]): Promise<Audit | undefined> {
  const { world } = site;
  const { up } = hosts.find((host) => host.up) ?? {};
  if (!up) return undefined;
  let told: Audit | undefined;
  const say = (line: string) => {
    site.heard(up.life, line);
  };
  world.after(0, {
    life: up.life,
    label: "looks its books over",
    run: () => {
      checkConsistency(up.app, { sink: { info: say, warn: say, error: say }, withinMs: WITHIN_MS }).then(
        ({ books, findings, skipped }) => {
          const { accepted, gone, jobs } = books;
          const found = Object.entries(findings).map(([kind, { ids }]) => `${kind} ${ids.join(", ")}`);
          told = { accepted, gone, jobs, isBalanced: isBalanced(books), found, skipped, commits: site.commitCount() };
        },
        (thrown: unknown) => {
          site.surprise(`The check threw ${String(thrown)}`);
        },
      );
    },
  });
  await world.run(2 * WITHIN_MS, () => told !== undefined);
  return told;
}
