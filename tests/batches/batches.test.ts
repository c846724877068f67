import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { PARTITIONS } from "../../src/platform/partitions.ts";
import { createBatchScene } from "../support/batch-scene.ts";
import type { AskedItem, BatchScene } from "../support/batch-scene.ts";

const ORIGIN = "http://localhost:7071";

const DIAMOND: readonly AskedItem[] = [
  { key: "top" },
  { key: "left", depends_on: ["top"] },
  { key: "right", depends_on: ["top"] },
  { key: "bottom", depends_on: ["left", "right"] },
];

describe("POST /api/batches", () => {
  let scene: BatchScene;
  beforeAll(async () => {
    scene = await createBatchScene();
  });
  beforeEach(() => {
    scene.begun.length = 0;
  });

  it("answers 202 with where to look", async () => {
    const { status, json, headers } = await scene.submit(DIAMOND);
    expect(status).toBe(202);
    expect(json).toMatchObject({ status: "accepted", item_count: 4, status_url: headers.get("location") });
    expect(headers.get("retry-after")).toBe("1");
    await scene.settle();
  });

  it("tells every job who sent the batch, so that nobody approves what is their own", async () => {
    const items = [
      { key: "a", job_type: "echo", payload: { text: "a" } },
      { key: "b", job_type: "echo", payload: { text: "b" }, depends_on: ["a"] },
    ];
    const body = { items, finally: { job_type: "echo", payload: { text: "last" } } };
    const post = async (by: string) =>
      scene.request("POST", "/api/batches", {
        body,
        headers: { "x-ms-client-principal-name": by, "idempotency-key": "sent-by" },
      });
    const batchId = String((await post("alice")).json["batch_id"]);
    await scene.settle();
    await scene.request("POST", `/api/batches/${batchId}/items/b/regenerate`);
    await scene.settle();
    const { json } = await scene.request("GET", `/api/jobs?batch_id=${batchId}`);
    const jobs = json["value"] as readonly { readonly job_id: string }[];
    const read = await Promise.all(jobs.map(async ({ job_id: id }) => scene.request("GET", `/api/jobs/${id}`)));
    expect(read.map((each) => each.json["submitted_by"])).toEqual(["alice", "alice", "alice"]);
    expect((await post("bob")).json["batch_id"]).toBe(batchId);
  });

  it("runs each item once, behind all that it depends on (R-111, R-112, P15, P16)", async () => {
    const batchId = await scene.accepted(DIAMOND);
    expect(await scene.view(batchId)).toMatchObject({ status: "accepted", items: [] });
    await scene.deliver("batch-requests");
    expect(await scene.statuses(batchId)).toEqual({
      ...{ top: "accepted", left: "blocked" },
      ...{ right: "blocked", bottom: "blocked" },
    });
    expect(await scene.countMessages("job-requests")).toBe(1);
    await scene.settle();
    const ended = await scene.view(batchId);
    expect(ended).toMatchObject({ status: "completed", counts: { completed: 4, blocked: 0, running: 0 } });
    expect(ended.items.map(({ key, depends_on }) => [key, depends_on])).toEqual(
      DIAMOND.map(({ key, depends_on = [] }) => [key, depends_on]),
    );
    expect(scene.begun).toHaveLength(4);
    expect(scene.begun[0]).toBe("top");
    expect(scene.begun[3]).toBe("bottom");
  });

  it("shows the batch on its jobs, and its jobs by the batch", async () => {
    const batchId = await scene.accepted(DIAMOND);
    const other = await scene.accepted([{ key: "other" }]);
    await scene.settle();
    const { json } = await scene.request("GET", `/api/jobs?batch_id=${batchId}`);
    const jobs = json["value"] as Record<string, unknown>[];
    expect(jobs.map((job) => job["batch_key"]).sort()).toEqual(["bottom", "left", "right", "top"]);
    expect(new Set(jobs.map((job) => job["batch_id"]))).toEqual(new Set([batchId]));
    const { items } = await scene.view(other);
    const { json: job } = await scene.request("GET", `/api/jobs/${String(items[0]?.job_id)}`);
    expect(job).toMatchObject({ batch_id: other, batch_key: "other", status: "completed" });
  });

  it("leaves nothing behind of what only the way needed (D4)", async () => {
    const batchId = await scene.accepted(DIAMOND);
    await scene.settle();
    const marks = await Promise.all(
      (["active", "bad", "edge", "lack"] as const).map(async (kind) => scene.app.items.isMarked(kind, batchId)),
    );
    expect(marks).toEqual([false, false, false, false]);
    for (const partition of PARTITIONS) {
      const due = await scene.app.due.list({ partition, until: new Date("2100-01-01"), limit: 1000 });
      expect(due.filter(({ row }) => row["batchId"] === batchId)).toEqual([]);
    }
  });

  it("has a child of forty wait for all of them", async () => {
    const parents = Array.from({ length: 40 }, (_, index) => ({ key: `p${index}` }));
    const batchId = await scene.accepted([...parents, { key: "child", depends_on: parents.map(({ key }) => key) }]);
    await scene.settle();
    expect(await scene.view(batchId)).toMatchObject({ status: "completed", counts: { completed: 41 } });
    expect(scene.begun.at(-1)).toBe("child");
    expect(scene.begun).toHaveLength(41);
  });

  it("releases a hundred that depend on one, though whoever ended that one does not see to all", async () => {
    const children = Array.from({ length: 100 }, (_, index) => ({ key: `c${index}`, depends_on: ["hub"] }));
    const batchId = await scene.accepted([{ key: "hub" }, ...children]);
    await scene.settle();
    expect(await scene.view(batchId)).toMatchObject({ status: "completed", counts: { completed: 101 } });
    expect(scene.begun).toHaveLength(101);
  });

  it("makes one batch of two requests with one key, and refuses another body under it", async () => {
    const send = async (items: readonly AskedItem[]) =>
      scene.request("POST", "/api/batches", {
        body: { items: items.map((item) => ({ job_type: "echo", payload: { text: "x" }, ...item })) },
        headers: { "idempotency-key": "k1" },
      });
    const first = await send([{ key: "a" }]);
    const second = await send([{ key: "a" }]);
    expect(second.json["batch_id"]).toBe(first.json["batch_id"]);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(await send([{ key: "b" }])).toMatchObject({ status: 422, json: { code: "IDEMPOTENCY_MISMATCH" } });
    await scene.settle();
  });

  it("has all its items blocked until they are written", async () => {
    const batchId = await scene.accepted(DIAMOND);
    expect(await scene.view(batchId)).toMatchObject({
      status: "accepted",
      counts: { blocked: 4, completed: 0 },
      items: [],
    });
    await scene.settle();
  });

  it("cancels, tells what happened, and has one item run again", async () => {
    const last = { job_type: "echo", payload: { text: "last" } };
    const batchId = await scene.accepted(DIAMOND, { finally: last });
    await scene.deliver("batch-requests");
    const path = `/api/batches/${batchId}`;
    const early = await scene.request("POST", `${path}/items/top/regenerate`);
    expect(early).toMatchObject({ status: 409, json: { code: "ITEM_NOT_ENDED" } });
    const cancelled = await scene.request("POST", `${path}/cancel`, { body: { reason: "enough" } });
    expect(cancelled).toMatchObject({ status: 202, json: { status: "running", stopping: "cancelled" } });
    expect(cancelled.headers.get("location")).toMatch(new RegExp(`${path}$`));
    await scene.settle();
    expect(await scene.view(batchId)).toMatchObject({
      status: "cancelled",
      counts: { cancelled: 4 },
      finally: { status: "cancelled" },
    });
    expect(scene.begun).toEqual([]);
    const { json } = await scene.request("GET", `${path}/history`);
    expect(json["value"]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: "cancel_requested", actor: "client", reason: "enough", to: "stopping" }),
        expect.objectContaining({ event: "cancelled", from: "draining" }),
      ]),
    );
    expect(await scene.request("POST", `${path}/cancel`)).toMatchObject({ status: 202, json: { status: "cancelled" } });
    const ask = async () =>
      scene.request("POST", `${path}/items/top/regenerate`, {
        body: { dependents: "rerun_changed" },
        headers: { "idempotency-key": "again" },
      });
    const again = await ask();
    expect(again).toMatchObject({ status: 202, json: { status: "running" } });
    expect(again.json).not.toHaveProperty("stopping");
    await scene.settle();
    const { headers } = await ask();
    expect([headers.get("idempotency-replayed"), headers.get("location")]).toEqual(["true", `${ORIGIN}${path}`]);
    expect(await scene.view(batchId)).toMatchObject({ status: "completed", counts: { completed: 4 } });
    expect(scene.begun).toHaveLength(5);
    expect(scene.begun.at(-1)).toBe("last");
    expect(await scene.request("POST", `${path}/items/nobody/regenerate`)).toMatchObject({ status: 404 });
  });

  it("answers 304 as long as nothing has changed of what is shown", async () => {
    const batchId = await scene.accepted(DIAMOND);
    await scene.deliver("batch-requests");
    const look = async (known?: string | null) =>
      scene.request("GET", `/api/batches/${batchId}`, { headers: known ? { "if-none-match": known } : {} });
    const etag = (await look()).headers.get("etag");
    const same = await look(etag);
    expect([same.status, same.text, same.headers.get("etag"), same.headers.get("retry-after")]).toEqual([
      ...[304, "", etag, "2"],
    ]);
    await scene.deliver("job-requests");
    const changed = await look(etag);
    expect(changed).toMatchObject({ status: 200, json: { counts: { completed: 1, accepted: 2, blocked: 1 } } });
    expect(changed.headers.get("etag")).not.toBe(etag);
    await scene.settle();
    expect((await look()).headers.get("retry-after")).toBeNull();
  });

  it("shows items page by page", async () => {
    const batchId = await scene.accepted(Array.from({ length: 5 }, (_, index) => ({ key: `k${index}` })));
    await scene.settle();
    const keys: string[] = [];
    let next: string | undefined = `/api/batches/${batchId}?limit=2`;
    while (next) {
      const { json } = await scene.request("GET", next);
      keys.push(...(json["items"] as { readonly key: string }[]).map(({ key }) => key));
      expect(json["counts"]).toMatchObject({ completed: 5 });
      const link = json["next_link"];
      next = typeof link === "string" ? link.replace(/^https?:\/\/[^/]+/, "") : undefined;
    }
    expect(keys).toEqual(["k0", "k1", "k2", "k3", "k4"]);
  });

  it("answers 404 to another workspace as to an unknown id (P26)", async () => {
    const batchId = await scene.accepted([{ key: "a" }]);
    const headers = { "x-millrace-workspace": "another" };
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/history"],
      ["POST", "/cancel"],
    ] as const)
      expect(await scene.request(method, `/api/batches/${batchId}${path}`, { headers })).toMatchObject({
        status: 404,
        json: { code: "BATCH_NOT_FOUND" },
      });
    await scene.settle();
  });
});

interface Refused {
  readonly items: readonly AskedItem[];
  readonly more?: object;
  readonly status?: number;
  readonly code?: string;
  readonly pointers?: readonly string[];
}

describe("a batch that is refused", () => {
  const item = (key: string, ...depends_on: string[]): AskedItem => ({ key, depends_on });
  const cases: readonly (readonly [string, Refused])[] = [
    [
      "a cycle",
      {
        items: [item("a", "b"), item("b", "a")],
        code: "DEPENDENCY_CYCLE",
        pointers: ["/items/0/depends_on/0", "/items/1/depends_on/0"],
      },
    ],
    ["an unknown key", { items: [item("a", "x")], code: "UNKNOWN_DEPENDENCY", pointers: ["/items/0/depends_on/0"] }],
    ["a key twice", { items: [item("a"), item("a")], code: "DUPLICATE_KEY", pointers: ["/items/1/key"] }],
    ["an edge twice", { items: [item("a"), item("b", "a", "a")], pointers: ["/items/1/depends_on/1"] }],
    ["no items", { items: [], pointers: ["/items"] }],
    [
      "too many items",
      { items: Array.from({ length: 10_001 }, (_, index) => item(`k${index}`)), status: 413, code: "GRAPH_TOO_LARGE" },
    ],
    [
      "a payload that does not fit",
      { items: [{ key: "a", payload: { text: 1 } }], pointers: ["/items/0/payload/text"] },
    ],
    ["an unknown job type", { items: [{ key: "a", job_type: "none" }], pointers: ["/items/0/job_type"] }],
    [
      "a result of what it does not depend on",
      { items: [item("a"), { key: "b", payload: { text: { $from: "a" } } }], pointers: ["/items/1/payload/text"] },
    ],
    [
      "the results of all",
      {
        items: [item("a"), { key: "b", depends_on: ["a"], payload: { text: { $from: "*" } } }],
        pointers: ["/items/1/payload/text"],
      },
    ],
    [
      "a place that is none",
      {
        items: [item("a"), { key: "b", depends_on: ["a"], payload: { text: { $from: "a", path: "x" } } }],
        pointers: ["/items/1/payload/text"],
      },
    ],
    [
      "a last job that takes a single result",
      {
        items: [item("a")],
        more: { finally: { job_type: "echo", payload: { text: { $from: "a" } } } },
        pointers: ["/finally/payload/text"],
      },
    ],
    [
      "a field that does not exist",
      { items: [item("a")], more: { onfailure: "x" }, status: 400, code: "UNKNOWN_FIELD", pointers: ["/onfailure"] },
    ],
  ];

  it.each(cases)(
    "for %s has nothing stored (P18)",
    async (_, { items, more = {}, status = 422, code = "VALIDATION_FAILED", pointers = [] }) => {
      const scene = await createBatchScene();
      const { status: answered, json } = await scene.submit(items, more);
      expect(answered).toBe(status);
      expect(json["code"]).toBe(code);
      expect(((json["errors"] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers);
      expect(await scene.countStored()).toBe(0);
      expect(await scene.countMessages("batch-requests")).toBe(0);
    },
  );
});
