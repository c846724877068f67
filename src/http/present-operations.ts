import type { OverviewView, RepairView } from "../contract/operations-view.ts";
import { isBalanced } from "../operations/books.ts";
import type { Books } from "../operations/books.ts";
import { FINDING_KINDS } from "../operations/findings.ts";
import type { FindingKind, Findings } from "../operations/findings.ts";
import type { Repaired } from "../operations/repair.ts";

/** An answer is to stay small however much is wrong: the log has them all. */
const MAX_IDS = 100;

export function presentOverview(books: Books): OverviewView {
  return {
    as_of: books.asOf.toISOString(),
    jobs: books.jobs,
    batches: books.batches,
    dead_letters: { open: books.openDeadLetters },
    books: presentBooks(books),
  };
}

export function presentRepair({ swept, report }: Repaired): RepairView {
  return {
    swept: Object.fromEntries(Object.entries(swept).map(([outcome, count]) => [snakeCase(outcome), count])),
    findings: presentFindings(report.findings),
    skipped: report.skipped,
    cut_short: report.wasCutShort,
    books: presentBooks(report.books),
  };
}

function presentBooks(books: Books): OverviewView["books"] {
  const { accepted, gone, wasCutShort } = books;
  const idsOf = (refs: Books["unaccounted"]) => refs.slice(0, MAX_IDS).map(({ jobId }) => jobId);
  return {
    accepted,
    gone,
    balanced: isBalanced(books),
    unaccounted: idsOf(books.unaccounted),
    unrecorded: idsOf(books.unrecorded),
    cut_short: wasCutShort,
  };
}

function presentFindings(findings: Findings): RepairView["findings"] {
  return Object.entries(findings).map(([kind, { count, ids }]) => ({
    kind: snakeCase(kind),
    outcome: FINDING_KINDS[kind as FindingKind],
    count,
    ids: [...ids],
  }));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
