import { checkAborts } from "../check-aborts.ts";
import { checkAttempts } from "../check-attempts.ts";
import { checkBeside } from "../check-beside.ts";
import { checkBound } from "../check-bound.ts";
import { checkDeadLetters } from "../check-dead-letters.ts";
import { checkWalk } from "../check-walk.ts";
import { walksOf } from "../job-walks.ts";
import { payloadTexts } from "../payload-texts.ts";
import type { Violation } from "../violation.ts";
import type { BatchHistory } from "./batch-history.ts";
import { batchWalksOf } from "./batch-walks.ts";
import { checkBatchAccounting } from "./check-batch-accounting.ts";
import { checkBatchRemains } from "./check-batch-remains.ts";
import { checkBatch } from "./check-batches.ts";
import { putOffUntil } from "./put-off-until.ts";

/** Everything that a history with batches shows to be wrong, of the batches and of the jobs that they had. */
export function checkBatchHistory(history: BatchHistory): Violation[] {
  const walks = walksOf(history);
  const textOf = payloadTexts(history);
  const batches = batchWalksOf(history, walks);
  const notBefore = putOffUntil(history);
  return [
    ...checkBatchAccounting(history, batches),
    ...batches.flatMap((batch) => checkBatch(batch, { notBefore, events: history.batchEvents })),
    ...checkBatchRemains(history),
    ...walks.flatMap(checkWalk),
    ...walks.flatMap(checkAttempts),
    ...checkBeside(history, walks),
    ...checkDeadLetters(history, walks),
    ...checkAborts(history, walks, textOf),
    ...checkBound(history, walks),
    ...history.surprises.map((text) => ({ kind: "surprise", text }) as const),
  ];
}
