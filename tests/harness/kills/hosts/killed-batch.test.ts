import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { App } from "../../../../src/app.ts";
import { isOver } from "../../../../src/batches/batch-phases.ts";
import { hasEnded } from "../../../../src/batches/item-states.ts";
import { readHistoryRow } from "../../../../src/jobs/store/history.ts";
import { PARTITIONS, rowKeysUnder } from "../../../../src/platform/partitions.ts";
import { createTable, odata } from "../../../../src/platform/tables.ts";
import type { Row, Table } from "../../../../src/platform/tables.ts";
import type { HostProcess } from "../../../support/host-process.ts";
import { takeStorageAccount } from "../../../support/storage-account.ts";
import { submitBatchOf } from "../../actors/batch-doors.ts";
import type { PlannedBatch } from "../../batches/planned-batch.ts";
import { isHandOff } from "../../history/batches/check-batch-remains.ts";
import { anItem } from "../batches/batch-on-stage.ts";
import { appWith } from "../setting.ts";
import { startImpatientHost } from "./killable-host.ts";

const LAYERS = 10;
const WIDTH = 20;
/** So many items have ended when a host is killed. */
const KILLED_AT = [5, 40, 90, 130, 170];
const POLL_MS = 100;

/** Layers of items, each of which depends on two of the layer before: diamonds, wherever one looks. */
const PLAN: PlannedBatch = {
  ...{ name: "layers", policy: "skip_dependents", hasFinally: true },
  items: Array.from({ length: LAYERS * WIDTH }, (_, index) => {
    const [layer, place] = [Math.floor(index / WIDTH), index % WIDTH];
    const keyOf = (column: number) => `item-${(layer - 1) * WIDTH + (column % WIDTH)}`;
    return anItem(`item-${index}`, layer === 0 ? [] : [keyOf(place), keyOf(place + 1)]);
  }),
};

const hosts: HostProcess[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});

async function startHost(account: string): Promise<HostProcess> {
  const host = await startImpatientHost({ AzureWebJobsStorage: account });
  hosts.push(host);
  return host;
}

/** Waits for as long as the test may take. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(POLL_MS);
}

async function countEnded({ items }: App, batchId: string): Promise<number> {
  return (await items.states(batchId)).filter(({ state }) => hasEnded(state)).length;
}

/** Of all partitions, all pages. */
async function rowsOf(table: Table, kind: string): Promise<Row[]> {
  const rows: Row[] = [];
  const { after, before } = rowKeysUnder(kind);
  for (const partition of PARTITIONS) {
    let behind = after;
    let page: Row[];
    do {
      const filter = odata`PartitionKey eq ${partition} and RowKey gt ${behind} and RowKey lt ${before}`;
      page = (await table.list({ filter, limit: 1000 })).map(({ row }) => row);
      rows.push(...page);
      behind = page.at(-1)?.rowKey ?? behind;
    } while (page.length === 1000);
  }
  return rows;
}

describe(`a batch of ${LAYERS * WIDTH} items, whose host is killed ${KILLED_AT.length} times while it runs`, () => {
  it("has every item come out once, and ends once", async () => {
    const account = takeStorageAccount();
    const app = appWith({ AzureWebJobsStorage: account });
    await app.storage.prepare();
    const batchId = await submitBatchOf(app, PLAN);
    const ref = { workspaceId: "default", batchId };
    for (const count of KILLED_AT) {
      const host = await startHost(account);
      await until(async () => (await countEnded(app, batchId)) >= count);
      hosts.splice(0);
      await host.kill();
    }
    expect(await countEnded(app, batchId)).toBeLessThan(PLAN.items.length);
    const last = await startHost(account);
    await until(async () => isOver((await app.batches.require(ref)).batch.phase));
    const jobs = createTable(account, "millracejobs");
    await until(async () => !(await rowsOf(jobs, "due")).some(({ rowKey }) => isHandOff(rowKey)));
    hosts.splice(0);
    await last.stop();

    const states = await app.items.states(batchId);
    expect(states.map(({ state }) => state)).toEqual(PLAN.items.map(() => "completed"));
    const lines = (await rowsOf(jobs, "hist")).map(readHistoryRow);
    const count = (wanted: string) => lines.filter(({ event }) => event === wanted).length;
    const all = PLAN.items.length + 1; // And the job at the very end.
    expect({ accepted: count("accepted"), completed: count("completed") }).toEqual({ accepted: all, completed: all });
    expect(await app.items.isMarked("active", batchId)).toBe(false);
    const events = (await app.batches.listLines(ref, 100)).map(({ event }) => event);
    expect(events).toEqual(["completed", "finishing", "opened", "loaded", "accepted"]);
  }, 600_000);
});
