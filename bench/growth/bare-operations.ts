import type { App } from "../../src/app.ts";
import { jobKey, jobRowKeys } from "../../src/jobs/store/job-row.ts";
import { claimJob } from "../../src/jobs/work/claim.ts";
import { openBareAccount } from "./bare-account.ts";
import type { BareAccount } from "./bare-account.ts";
import { DUE, PAGE, dueJobs, queuedJob } from "./operations.ts";
import type { Operation, OperationName } from "./operations.ts";
import { claimedJob, complete, sweep } from "./product-operations.ts";
import { createWriteRecorder } from "./record-writes.ts";
import type { RecordedWrite } from "./record-writes.ts";

const SUPERVISOR_PAGE = 100;

/**
 * The storage calls that the product makes for each, with the rows that the product would write.
 *
 * @param openApp makes an app on this account
 */
export function bareOperations(openApp: () => App, connectionString: string): Record<OperationName, Operation> {
  const app = openApp();
  const record = createWriteRecorder(openApp());
  const account = openBareAccount(connectionString);
  return {
    async "point read"() {
      const key = jobKey(await queuedJob(app));
      return async () => account.read(key);
    },
    async "conditional update"() {
      const job = await queuedJob(app);
      const stored = await app.jobs.require(job);
      const [write] = await record(async ({ jobs }) => jobs.save({ ...job, version: 2 }, stored));
      return async () => account.write(required(write));
    },
    async claim() {
      const job = await queuedJob(app);
      const [write] = await record(async (recorder) => claimJob(recorder, job));
      return async () => {
        await account.read(jobKey(job));
        await account.write(required(write));
      };
    },
    async complete() {
      const stored = await claimedJob(app);
      const [write] = await record(async (recorder) => complete(recorder, stored));
      return async () => {
        await account.putBlob();
        await account.write(required(write));
      };
    },
    "list page": async () => async () => account.list({ ...jobRowKeys("default"), size: PAGE + 1 }),
    "sweep, nothing due": async () => async () => listDue(account),
    async "sweep, 16 due"() {
      await dueJobs(app);
      const writes = await record(async (recorder) => sweep(recorder, DUE));
      const partitions = new Set(writes.map(({ row }) => row.partitionKey));
      return async () => {
        await listDue(account);
        await Promise.all(
          Array.from(partitions, async (partition) => {
            for (const write of writes.filter(({ row }) => row.partitionKey === partition))
              await resend(account, write);
          }),
        );
      };
    },
  };
}

async function listDue(account: BareAccount): Promise<void> {
  await account.list({ after: "due|", before: `due|${new Date().toISOString()}`, size: SUPERVISOR_PAGE });
}

async function resend(account: BareAccount, write: RecordedWrite): Promise<void> {
  await account.read(write.row);
  await account.putMessage();
  await account.write(write);
}

function required(write: RecordedWrite | undefined): RecordedWrite {
  if (write) return write;
  throw new Error("Cannot measure: the product wrote nothing");
}
