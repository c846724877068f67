import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startHttpServer } from "../../../../support/http-server.ts";
import type { TestServer } from "../../../../support/http-server.ts";
import { startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";

const KEY = "the access key";

interface Call {
  /** Method, path and query. */
  readonly asked: string;
  readonly type: string | undefined;
  readonly body: Buffer;
}

/** The claims of a token, after its signature has been checked as the service does. */
function claimsOf(token: string): Record<string, unknown> {
  const [header = "", claims = "", signature] = token.split(".");
  expect(createHmac("sha256", KEY).update(`${header}.${claims}`).digest("base64url")).toBe(signature);
  expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({ alg: "HS256", typ: "JWT" });
  return JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
}

describe("Web PubSub bindings", () => {
  const calls: Call[] = [];
  let service: TestServer;
  let host: HostProcess;
  let status = 202;
  const tell = (body: unknown) => fetch(`${host.url}/api/tell`, { method: "POST", body: JSON.stringify(body) });

  beforeAll(async () => {
    service = await startHttpServer((request, response) => {
      const url = new URL(request.url ?? "", service.origin);
      const { aud, exp, nbf } = claimsOf((request.headers.authorization ?? "").replace("Bearer ", ""));
      expect(aud).toBe(url.href);
      expect(Number(exp) - Number(nbf)).toBe(300);
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const asked = `${request.method ?? ""} ${request.url ?? ""}`;
        calls.push({ asked, type: request.headers["content-type"], body: Buffer.concat(chunks) });
        response.writeHead(status).end("the service says why");
      });
    });
    const PubSub = `Endpoint=http://127.0.0.1;AccessKey=${KEY};Port=${service.port};Version=1.0;`;
    host = await startHostProcess({ app: "bindings", env: { PubSub } });
  });
  beforeEach(() => void calls.splice(0));
  afterAll(async () => {
    await stopHostProcesses();
    await service.stop();
  });

  it.each([
    ["POST /:send?excluded=a&excluded=b", { actionName: "sendToAll", data: "hi", excluded: ["a", "b"] }],
    ["POST /groups/g%2F1/:send", { actionName: "sendToGroup", group: "g/1", data: "hi" }],
    ["POST /users/u%201/:send", { actionName: "sendToUser", userId: "u 1", data: "hi" }],
    ["POST /connections/c/:send", { actionName: "sendToConnection", connectionId: "c", data: "hi" }],
    ["PUT /users/u/groups/g", { actionName: "addUserToGroup", userId: "u", group: "g" }],
    ["DELETE /users/u/groups/g", { actionName: "removeUserFromGroup", userId: "u", group: "g" }],
    ["DELETE /users/u/groups", { actionName: "removeUserFromAllGroups", userId: "u" }],
    ["PUT /groups/g/connections/c", { actionName: "addConnectionToGroup", connectionId: "c", group: "g" }],
    ["DELETE /groups/g/connections/c", { actionName: "removeConnectionFromGroup", connectionId: "c", group: "g" }],
    [
      "POST /:closeConnections?excluded=a&reason=why+not",
      { actionName: "closeAllConnections", reason: "why not", excluded: ["a"] },
    ],
    ["POST /groups/g/:closeConnections?reason=why", { actionName: "closeGroupConnections", group: "g", reason: "why" }],
    ["DELETE /connections/c?reason=why", { actionName: "closeClientConnection", connectionId: "c", reason: "why" }],
    [
      "PUT /permissions/joinLeaveGroup/connections/c?targetName=g",
      { actionName: "grantPermission", connectionId: "c", permission: "joinLeaveGroup", targetName: "g" },
    ],
    [
      "DELETE /permissions/sendToGroup/connections/c",
      { actionName: "revokePermission", connectionId: "c", permission: "SendToGroup" },
    ],
  ])("asks the service to %s", async (request, action) => {
    expect((await tell(action)).status).toBe(202);
    const separator = request.includes("?") ? "&" : "?";
    const expected = `${request.replace("/", "/api/hubs/chat/")}${separator}api-version=2024-12-01`;
    expect(calls.map(({ asked }) => asked)).toEqual([expected]);
  });

  it("sends text, JSON and bytes under their media types", async () => {
    await tell({ actionName: "sendToAll", data: "ä" });
    await tell({ ActionName: "SENDTOALL", Data: '{"a":1}', DataType: "json" });
    await tell({ actionName: "sendToAll", dataType: "binary", bytes: [0, 255] });
    expect(calls.map(({ type, body }) => [type, body.toString("hex")])).toEqual([
      ["text/plain", "c3a4"],
      ["application/json", Buffer.from('{"a":1}').toString("hex")],
      ["application/octet-stream", "00ff"],
    ]);
  });

  it("does a list of actions in its order", async () => {
    await tell([
      { actionName: "addUserToGroup", userId: "u", group: "g" },
      { actionName: "sendToGroup", group: "g", data: "hi" },
    ]);
    expect(calls.map(({ asked }) => asked.slice(0, 4).trim())).toEqual(["PUT", "POST"]);
  });

  it.each([
    [{ actionName: "fly" }, /Not supported WebPubSubOperation: fly\./],
    [{ data: "x" }, /Not supported WebPubSubOperation/],
    [{ actionName: "sendToGroup", data: "x" }, /The action 'sendToGroup' needs "group"/],
    [{ actionName: "sendToAll", data: { a: 1 } }, /Message should be string, please stringify object\./],
    [{ actionName: "sendToAll", data: "x", dataType: "binary" }, /WebPubSubDataType is binary/],
    [{ actionName: "sendToAll", data: "x", dataType: "xml" }, /Message only supports text, binary, json/],
    [{ actionName: "grantPermission", connectionId: "c", permission: "fly" }, /"permission" must be/],
  ])("refuses %j without asking the service", async (action, reason) => {
    expect((await tell(action)).status).toBe(500);
    await host.printed(reason);
    expect(calls).toEqual([]);
  });

  it("fails the invocation with the service's words when it refuses", async () => {
    status = 403;
    expect((await tell({ actionName: "sendToAll", data: "x" })).status).toBe(500);
    await host.printed(/Web PubSub answered 403 to 'sendToAll' for hub 'chat': the service says why/);
    status = 202;
  });

  it("gives a client its URL with a token that names its user", async () => {
    interface Connection {
      readonly baseUrl: string;
      readonly url: string;
      readonly accessToken: string;
    }
    const response = await fetch(`${host.url}/api/negotiate`, { headers: { "x-user": "ada" } });
    const { client, mqtt } = (await response.json()) as { client: Connection; mqtt: Connection };
    const address = `127.0.0.1:${service.port}`;
    expect(client.baseUrl).toBe(`ws://${address}/client/hubs/chat`);
    expect(client.url).toBe(`${client.baseUrl}?access_token=${client.accessToken}`);
    const claims = claimsOf(client.accessToken);
    expect(claims).toMatchObject({ sub: "ada", aud: `http://${address}/client/hubs/chat` });
    expect(Number(claims["exp"]) - Number(claims["iat"])).toBe(3600);
    expect(mqtt.baseUrl).toBe(`ws://${address}/clients/mqtt/hubs/chat`);
    expect(claimsOf(mqtt.accessToken)).not.toHaveProperty("sub");
  });

  it("fails the invocation when the user has no value", async () => {
    expect((await fetch(`${host.url}/api/negotiate`)).status).toBe(500);
  });
});
