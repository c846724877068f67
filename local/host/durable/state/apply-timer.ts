import type { TimerElapsed } from "../journal/journal-record.ts";
import type { Fold } from "./fold.ts";
import { receive } from "./inbox.ts";

export function applyTimer(fold: Fold, { id, timerId }: TimerElapsed): void {
  const known = fold.known.get(id);
  if (known === undefined || known.kind === "archived") return;
  const timer = known.timers.get(timerId);
  if (timer === undefined) return;
  known.timers.delete(timerId);
  receive(fold, known, timer.message);
}
