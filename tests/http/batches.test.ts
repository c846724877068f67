import { beforeAll, describe, expect, it } from "@jest/globals";
import { batchKey } from "../../src/batches/batch-store.ts";
import { batchListSchema } from "../../src/contract/batch-view.ts";
import { createBatchScene } from "../support/batch-scene.ts";
import type { BatchScene } from "../support/batch-scene.ts";

describe("GET /api/batches", () => {
  let scene: BatchScene;
  beforeAll(async () => {
    scene = await createBatchScene();
  });

  async function submit(workspace: string, text: string): Promise<string> {
    const headers = { "x-millrace-workspace": workspace };
    const body = { items: [{ key: "a", job_type: "echo", payload: { text } }] };
    const { json } = await scene.request("POST", "/api/batches", { headers, body });
    return String(json["batch_id"]);
  }

  async function list(workspace: string, query = ""): Promise<{ ids: string[]; next: string | undefined }> {
    const path = query.startsWith("http") ? query : `/api/batches${query}`;
    const answer = await scene.request("GET", path, { headers: { "x-millrace-workspace": workspace } });
    expect([answer.status, answer.json["code"]]).toEqual([200, undefined]);
    const { value, next_link: next } = batchListSchema.strict().parse(answer.json);
    return { ids: value.map(({ batch_id: id }) => id), next };
  }

  it("gives a workspace's own batches, newest first and page by page, whatever comes in meanwhile", async () => {
    expect(await list("nobody")).toEqual({ ids: [], next: undefined });
    const ids = [];
    for (let index = 0; index < 5; index++) ids.unshift(await submit("pages", `t${index}`));
    await submit("other", "t");
    const first = await list("pages", "?limit=2");
    await submit("pages", "late");
    const second = await list("pages", first.next);
    const third = await list("pages", second.next);
    expect([...first.ids, ...second.ids, ...third.ids]).toEqual(ids);
    expect(third.next).toBeUndefined();
  });

  it("shows each as its own row says, and finds them by status", async () => {
    const failed = await submit("states", "bad");
    const completed = await submit("states", "good");
    await scene.settle();
    const accepted = await submit("states", "new");
    expect((await list("states")).ids).toEqual([accepted, completed, failed]);
    for (const [status, id] of Object.entries({ accepted, completed, failed }))
      expect((await list("states", `?status=${status}`)).ids).toEqual([id]);
    expect((await list("states", "?status=running")).ids).toEqual([]);
    const headers = { "x-millrace-workspace": "states" };
    const listed = (await scene.request("GET", "/api/batches?status=failed", { headers })).json["value"];
    const { json: whole } = await scene.request("GET", `/api/batches/${failed}`, { headers });
    const { counts: _counts, items: _items, ...own } = whole;
    expect(listed).toEqual([own]);
    expect(own).toMatchObject({ item_count: 1, on_failure: "skip_dependents" });
  });

  it("passes by a row that cannot be read, and refuses what it does not know", async () => {
    const kept = await submit("broken", "t");
    const broken = batchKey({ workspaceId: "broken", batchId: await submit("broken", "t") });
    const row = (await scene.app.storage.jobs.get(broken))?.row;
    await scene.app.storage.jobs.save({ ...broken, phase: String(row?.["phase"]) }, "*");
    expect((await list("broken")).ids).toEqual([kept]);
    expect(await scene.request("GET", "/api/batches?status=done")).toMatchObject({ status: 400 });
    expect(await scene.request("GET", "/api/batches?limit=101")).toMatchObject({ status: 400 });
  });
});
