import type { Job } from "../../../src/jobs/life/job.ts";
import { fromRow } from "../../../src/jobs/store/job-row.ts";
import type { Row } from "../../../src/platform/tables.ts";
import { answerText, startModelServer } from "../../support/model-server.ts";
import type { ModelServer } from "../../support/model-server.ts";
import { isJobRow } from "../history/job-walks.ts";
import { watchBatchEnds } from "../scenario/watch-batch-ends.ts";
import { createClient } from "./client.ts";
import type { Client } from "./client.ts";
import { startCommitLog, walksOfJobs } from "./commit-log.ts";
import type { CommitLog } from "./commit-log.ts";
import { startFaultProxy } from "./fault-proxy.ts";
import type { FaultProxy, Rule } from "./fault-proxy.ts";
import { appWith, inNewSetting } from "./setting.ts";
import type { Setting } from "./setting.ts";
import { createSuccessor } from "./successor.ts";
import type { Successor } from "./successor.ts";
import type { Trap } from "./trap.ts";

/** The life that meets no faults. */
export const SUCCESSOR = "successor";

/** Where one run takes place: a storage account, a model, and a log of all that is written. */
export interface Stage extends Setting {
  readonly log: CommitLog;
  readonly model: ModelServer;
  readonly client: Client;
  /** The process that is there before the one that is killed, and after it. It meets no faults. */
  readonly successor: Successor;
  /** A way out for one more process. */
  openWayOut(by: string, rule?: Rule): Promise<FaultProxy>;
  /** What is to be done when the run is over, however it went; the last first. */
  atEnd(cleanup: () => Promise<unknown>): void;
  /** All jobs, as their rows stand now. */
  readonly jobs: () => Job[];
  close(): Promise<void>;
}

/** Lets a run take place, and says where the trap was if it fails. */
export async function onStage(
  setting: Setting,
  trap: Pick<Trap, "tell">,
  run: (stage: Stage) => Promise<void>,
): Promise<void> {
  const stage = await openStage(setting);
  try {
    await run(stage);
  } catch (thrown) {
    throw new Error(`With a fault ${trap.tell()}, after these commits:\n${tellCommits(stage)}`, { cause: thrown });
  } finally {
    await stage.close();
  }
}

/** The same for the one run of a test. */
export async function onNewStage(trap: Pick<Trap, "tell">, run: (stage: Stage) => Promise<void>): Promise<void> {
  await inNewSetting(async (setting) => onStage(setting, trap, run));
}

function tellCommits({ log }: Stage): string {
  return log.commits
    .map(({ by, before, after }) => `  ${by}: ${after ? tellRow(after) : `- ${before?.rowKey ?? ""}`}`)
    .join("\n");
}

function tellRow(row: Row): string {
  const { rowKey } = row;
  if (!isJobRow(row)) return `+ ${rowKey}`;
  const { jobId, phase, version, attempt } = fromRow(row);
  return `${jobId} is "${phase}", version ${version}, attempt ${attempt}`;
}

async function openStage({ account, victims }: Setting): Promise<Stage> {
  const model = await startModelServer((response, question) => {
    answerText(question.body.input)(response, question);
  });
  const log = await startCommitLog(account);
  const client = createClient(log.commits);
  const cleanups: (() => Promise<unknown>)[] = [model.stop];
  const openWayOut = async (by: string, rule?: Rule) => {
    const proxy = await startFaultProxy({ by, account, modelOrigin: model.origin, log, ...(rule && { rule }) });
    cleanups.push(proxy.stop);
    return proxy;
  };
  const app = appWith((await openWayOut(SUCCESSOR)).environment);
  const jobs = () => walksOfJobs(log).flatMap(({ last }) => last ?? []);
  const isOver = watchBatchEnds(log.commits);
  return {
    account,
    victims,
    log,
    model,
    client,
    successor: createSuccessor({ app, account, client, isOver }),
    openWayOut,
    jobs,
    atEnd: (cleanup) => cleanups.push(cleanup),
    async close() {
      for (const cleanup of cleanups.reverse()) await cleanup();
    },
  };
}
