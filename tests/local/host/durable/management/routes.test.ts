import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { stopHostProcesses } from "../../support/host-process.ts";
import { until } from "../../support/until.ts";
import { startClientApp } from "./support/client-app.ts";
import type { ClientApp, StatusBody } from "./support/client-app.ts";

describe("the management API", () => {
  let app: ClientApp;
  beforeAll(async () => {
    app = await startClientApp();
  });
  afterAll(stopHostProcesses);

  const start = async (id: string, name = "waits") => {
    await app.api(`POST orchestrators/${name}/${id}`);
  };

  it("answers a start with links to follow it by", async () => {
    const { status, headers, body } = await app.api("POST orchestrators/waits/linked");
    expect([status, headers.get("retry-after")]).toEqual([202, "10"]);
    const links = body as Record<string, string>;
    const base = `${app.host.url}/runtime/webhooks/durabletask/instances/linked`;
    const query = "taskHub=ClientHub&connection=Storage";
    expect(links).toEqual({
      id: "linked",
      statusQueryGetUri: `${base}?${query}`,
      sendEventPostUri: `${base}/raiseEvent/{eventName}?${query}`,
      terminatePostUri: `${base}/terminate?reason={text}&${query}`,
      purgeHistoryDeleteUri: `${base}?${query}`,
      restartPostUri: `${base}/restart?${query}`,
      suspendPostUri: `${base}/suspend?reason={text}&${query}`,
      resumePostUri: `${base}/resume?reason={text}&${query}`,
    });
    expect(headers.get("location")).toBe(links["statusQueryGetUri"]);
  });

  it("waits for the output of a start that says so", async () => {
    const done = await app.api("POST orchestrators/shouts?timeout=20&pollingInterval=1", '"loud"');
    expect([done.status, done.body]).toEqual([200, "LOUD"]);
    const waiting = await app.api("POST orchestrators/waits?timeout=0.05&pollingInterval=0.01");
    expect(waiting.status).toBe(202);
    const failed = await app.api("POST orchestrators/needsFile?timeout=20&pollingInterval=1", { file: "/none" });
    expect(failed).toMatchObject({ status: 200, body: { runtimeStatus: "Failed" } });
  });

  it("answers the status while it goes on, when it has ended, and when there is none", async () => {
    await start("watched");
    const live = await app.reaches("watched", "Running").then(() => app.api("GET instances/watched?showInput=false"));
    expect([live.status, live.headers.get("retry-after")]).toEqual([202, "5"]);
    expect(live.headers.get("location")).toBe(
      `${app.host.url}/runtime/webhooks/durabletask/instances/watched?showInput=false`,
    );
    expect(live.body).toEqual({
      name: "waits",
      instanceId: "watched",
      runtimeStatus: "Running",
      input: null,
      customStatus: { waiting: true },
      output: null,
      createdTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      lastUpdatedTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(await app.api("GET instances/nobody")).toMatchObject({ status: 404, body: undefined });
    await app.api("POST orchestrators/needsFile/broken", { file: "/none" });
    await app.reaches("broken", "Failed");
    const asked = await app.api("GET instances/broken?returnInternalServerErrorOnFailure=true");
    expect(asked).toMatchObject({ status: 500, body: { runtimeStatus: "Failed" } });
  });

  it.each([
    ["an id with a slash", "POST orchestrators/echo/a%2Fb", /must not contain \//],
    ["an id of an entity", "POST orchestrators/echo/@a", /must not start with @/],
    ["an id that is too long", `POST orchestrators/echo/${"x".repeat(257)}`, /exceed 256/],
    ["a badly encoded path", "GET instances/%E0%A4%A", /not well encoded/],
    ["a status that is none", "GET instances?runtimeStatus=Happy", /'Happy'.*Running/],
    ["a date that is none", "GET instances?createdTimeFrom=soon", /'soon'/],
    ["a page of nothing", "GET instances?top=0", /whole number/],
    ["a flag that is none", "GET entities?fetchState=1", /true or false/],
    ["a purge of everything", "DELETE instances", /'createdTimeFrom'/],
    ["an entity without a key", "POST entities/Counter", /key of the entity/],
    ["an entity that cannot be", "GET entities/Nothing/a", /'Nothing'.*'Counter'/],
    ["another hub", "GET instances?taskHub=Other", /'Other' is not here/],
    ["a restart of nothing", "POST instances/nobody/restart", /does not match a valid/],
  ])("explains %s", async (_, request, message) => {
    const { status, body } = await app.api(request);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toMatch(message);
  });

  it("explains a body that is no JSON, or too long", async () => {
    const reply = await app.api("POST orchestrators/echo", "{");
    expect(reply).toMatchObject({ status: 400, body: { Message: "Invalid JSON content" } });
    expect(await startWithLength(app.host.url, 104_857_601)).toBe(413);
  });

  it("lets a caller go that leaves in the middle of its body", async () => {
    const { port } = new URL(app.host.url);
    const socket = connect(Number(port), "127.0.0.1");
    const path = "/runtime/webhooks/durabletask/orchestrators/echo/left";
    socket.write(`POST ${path} HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\n{"a"`, () => socket.destroy());
    await once(socket, "close");
    expect((await app.api("GET instances/left")).status).toBe(404);
    expect(app.host.output()).not.toContain("management API failed");
  });

  it.each([
    ["GET", "orchestrators/echo"],
    ["PUT", "instances/x"],
    ["POST", "instances"],
    ["GET", "instances/x/terminate"],
    ["POST", "instances/x/raiseEvent"],
    ["POST", "instances/x/dance"],
    ["GET", "nothing"],
    ["GET", ""],
  ])("answers 404 to %s %s", async (method, path) => {
    expect((await app.api(`${method} ${path}`)).status).toBe(404);
  });

  it("has no case in the words of its paths", async () => {
    await start("cased");
    expect((await app.api("POST INSTANCES/cased/RAISEEVENT/go", 1)).status).toBe(202);
    expect(await app.reaches("cased", "Completed")).toMatchObject({ output: 1 });
  });

  it("takes only JSON for events, and none for what has ended", async () => {
    await start("eventful");
    const text = await app.api("POST instances/eventful/raiseEvent/go", "x", { "content-type": "text/plain" });
    expect(text).toMatchObject({
      status: 400,
      body: { Message: "Only application/json request content is supported" },
    });
    expect((await app.api("POST instances/eventful/raiseEvent/go", "{")).status).toBe(400);
    await app.api("POST instances/eventful/terminate?reason=done");
    await app.reaches("eventful", "Terminated");
    const verbs = ["raiseEvent/go", "terminate", "suspend", "resume"];
    const replies = await Promise.all(verbs.map((verb) => app.api(`POST instances/eventful/${verb}`)));
    expect(replies.map(({ status }) => status)).toEqual([410, 410, 410, 410]);
    const absent = await Promise.all(verbs.map((verb) => app.api(`POST instances/nobody/${verb}`)));
    expect(absent.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });

  it("does not purge what is running", async () => {
    await start("busy");
    const reply = await app.api("DELETE instances/busy");
    expect(reply.status).toBe(412);
    expect(reply.body).toMatch(/^Only orchestrations in a terminal state can be purged.*busy has status/);
    expect((await app.api("DELETE instances?createdTimeFrom=2020-01-01&instanceIdPrefix=busy")).status).toBe(404);
    expect((await app.api("GET instances/busy")).status).toBe(202);
  });

  it("restarts with a new id, or with its own when it has ended", async () => {
    await app.api("POST orchestrators/echo/first", { once: true });
    await app.reaches("first", "Completed");
    const other = (await app.api("POST instances/first/restart")).body as { id: string };
    expect(other.id).not.toBe("first");
    expect(await app.reaches(other.id, "Completed")).toMatchObject({ input: { once: true } });
    const same = await app.api(
      "POST instances/first/restart?restartWithNewInstanceId=false&timeout=20&pollingInterval=1",
    );
    expect(same).toMatchObject({ status: 200, body: { input: { once: true } } });
    await start("onward");
    const running = await app.api("POST instances/onward/restart?restartWithNewInstanceId=false");
    expect(running).toMatchObject({
      status: 409,
      body: { Message: "A non-terminal instance with this instance ID already exists." },
    });
  });

  it("shows a history without frames, with what was scheduled in its completion", async () => {
    await app.api("POST orchestrators/shouts/historic?timeout=20&pollingInterval=1", '"hi"');
    const url = "instances/historic?showHistory=true";
    const { historyEvents: events = [] } = (await app.api(`GET ${url}&showHistoryOutput=true`)).body as StatusBody;
    expect(events.map(({ EventType }) => EventType)).toEqual([
      "ExecutionStarted",
      "TaskCompleted",
      "ExecutionCompleted",
    ]);
    expect(events[0]).toMatchObject({ FunctionName: "shouts", Input: "hi" });
    expect(events[1]).toMatchObject({ FunctionName: "shout", Result: "HI", ScheduledTime: expect.any(String) });
    expect(events[2]).toMatchObject({ OrchestrationStatus: "Completed", Result: "HI" });
    for (const event of events)
      for (const field of ["EventId", "IsPlayed", "TaskScheduledId", "Version", "Tags"])
        expect(event).not.toHaveProperty(field);
    const bare = (await app.api(`GET ${url}&showInput=false`)).body as StatusBody;
    expect(JSON.stringify(bare)).not.toMatch(/"(Result|Input)":/);
  });

  it("lists and filters entities, and shows them among the instances", async () => {
    for (const key of ["a", "b", "$"]) await app.api(`POST entities/Counter/${key}?op=add`, 4);
    await app.api("POST entities/Counter/c?op=say", "plain text", { "content-type": "text/plain" });
    await until(async () => {
      const { body } = await app.api("GET entities/counter?fetchState=true");
      return (body as unknown[]).length === 4;
    }, "four entities");
    expect(await app.api("GET entities/Counter/$")).toMatchObject({ status: 200, body: 4 });
    expect(await app.api("GET entities/Counter/c")).toMatchObject({ status: 200, body: "plain text" });
    const first = await app.api("GET entities?top=3&fetchState=true");
    expect(first.body).toHaveLength(3);
    const token = String(first.headers.get("x-ms-continuation-token"));
    const second = await app.api("GET entities?top=3", undefined, { "x-ms-continuation-token": token });
    expect(second.body).toEqual([{ entityId: { name: "counter", key: "c" }, lastOperationTime: expect.any(String) }]);
    expect(second.headers.get("x-ms-continuation-token")).toBeNull();
    expect((await app.api("GET entities?lastOperationTimeTo=2020-01-01")).body).toEqual([]);
    expect(await app.api("GET instances?instanceIdPrefix=@counter@a")).toMatchObject({
      body: [
        { name: "@counter", instanceId: "@counter@a", runtimeStatus: "Running", customStatus: { entityExists: true } },
      ],
    });
    expect((await app.api("DELETE entities/Counter/b")).status).toBe(202);
    await until(async () => (await app.api("GET entities/Counter/b")).status === 404, "the entity to be deleted");
    expect(await app.api("DELETE instances/@counter@a")).toMatchObject({
      status: 200,
      body: { instancesDeleted: 1 },
    });
  });

  it("pages in the order of creation, whatever is started or purged meanwhile", async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `page-${index}`);
    for (const id of ids) await app.api(`POST orchestrators/echo/${id}?timeout=20&pollingInterval=1`);
    const seen: string[] = [];
    let token = "";
    do {
      const headers = token === "" ? undefined : { "x-ms-continuation-token": token };
      const page = await app.api("GET instances?instanceIdPrefix=page-&top=2", undefined, headers);
      seen.push(...(page.body as { instanceId: string }[]).map(({ instanceId }) => instanceId));
      token = page.headers.get("x-ms-continuation-token") ?? "";
      if (seen.length === 2) await app.api("DELETE instances/page-1");
      if (seen.length === 4) await app.api("POST orchestrators/echo/page-7?timeout=20&pollingInterval=1");
    } while (token !== "");
    expect(seen).toEqual([...ids, "page-7"]);
    const forged = await app.api("GET instances", undefined, { "x-ms-continuation-token": "forged" });
    expect(forged).toMatchObject({ status: 400, body: { Message: expect.stringContaining('"forged"') } });
  });

  it("has one winner when an id is started many times at once", async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => app.api("POST orchestrators/waits/contested")));
    const statuses = replies.map(({ status }) => status).sort();
    expect(statuses).toEqual([202, ...Array.from({ length: 19 }, () => 409)]);
  });
});

/** The answer to a start that says how long its body will be, and sends none of it. */
function startWithLength(url: string, length: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const path = `${url}/runtime/webhooks/durabletask/orchestrators/echo`;
    const sent = request(path, { method: "POST", headers: { "content-length": length } }, (response) => {
      resolve(response.statusCode);
      sent.destroy();
    });
    sent.once("error", reject);
    sent.flushHeaders();
  });
}
