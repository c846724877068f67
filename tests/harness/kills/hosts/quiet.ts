import { isTerminal } from "../../../../src/jobs/life/lifecycle.ts";
import { until } from "../../../local/host/support/until.ts";
import { readRemains } from "../remains.ts";
import type { Stage } from "../stage.ts";

/** Waits until every job has ended and no message is left that could still say something. */
export async function untilQuiet({ account, jobs }: Stage): Promise<void> {
  const isQuiet = async () =>
    jobs().every(({ phase }) => isTerminal(phase)) && (await readRemains(account)).messages === 0;
  await until(isQuiet, "all jobs to end and all messages to go");
}
