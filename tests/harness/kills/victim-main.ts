import { createApp } from "../../../src/app.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import { readSettings } from "../../../src/platform/settings.ts";
import { collectLog } from "../../support/sinks.ts";
import { createEchoType } from "../batches/echo-type.ts";
import { ACTS } from "./acts.ts";
import type { Order } from "./acts.ts";
import { JOB_TYPE } from "./job-type.ts";
import { PARTS_TYPE } from "./parts-type.ts";
import type { Outcome, Task } from "./victim.ts";

/** A process that waits until it is told what to do, does it, says what came of it, and waits again. */
process.on("message", (task: Task) => {
  carryOut(task).then((outcome) => process.send?.(outcome), fail);
});
process.once("disconnect", () => process.exit(0));

async function carryOut({ order, environment, aheadMs }: Task): Promise<Outcome> {
  const clock = { now: () => new Date(Date.now() + aheadMs) };
  const app = Object.assign(createApp(readSettings(environment), [JOB_TYPE, PARTS_TYPE, createEchoType()]), { clock });
  const { sink, lines } = collectLog();
  const act = ACTS[order.act] as (process: object, input: Order["input"]) => Promise<unknown>;
  try {
    return { value: await act({ app, sink }, order.input), lines };
  } catch (thrown) {
    if (!(thrown instanceof MillraceError)) throw thrown;
    return { code: thrown.code, lines };
  }
}

function fail(thrown: unknown): void {
  console.error(thrown);
  process.exit(1);
}
