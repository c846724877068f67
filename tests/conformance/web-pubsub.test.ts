import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { until } from "../local/host/support/until.ts";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";

interface Call {
  readonly method: string;
  readonly path: string;
  readonly type: string | undefined;
  readonly authorization: string;
  readonly body: string;
}

/** Where the app's local.settings.json says the service is; a host of our own is told another place. */
const SETTINGS_PORT = 8780;

describe.each(moduleSystems)("Web PubSub output (%s)", (moduleSystem) => {
  const calls: Call[] = [];
  let service: Server;
  beforeAll(async () => {
    service = createServer((request, response) => {
      const { method = "", url = "", headers } = request;
      void text(request).then((body) => {
        calls.push({
          method,
          path: url,
          type: headers["content-type"],
          authorization: headers.authorization ?? "",
          body,
        });
        response.writeHead(202).end();
      });
    });
    const port = moduleSystem === "running" ? SETTINGS_PORT : 0;
    await new Promise<void>((resolve) => service.listen(port, "127.0.0.1", resolve));
  });
  afterAll(() => {
    service.closeAllConnections();
    service.close();
  });
  const host = useConformanceHost(moduleSystem, {
    env: () => {
      const endpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
      return { WebPubSubConnectionString: `Endpoint=${endpoint};AccessKey=${"k".repeat(44)};Version=1.0;` };
    },
  });

  it("sends each action to the service, signed", async () => {
    const actions = [
      { actionName: "sendToAll", data: "hello", dataType: "text" },
      { actionName: "sendToGroup", group: "readers", data: '{"a":1}', dataType: "json" },
    ];
    expect((await host.api("announce", { method: "POST", body: JSON.stringify(actions) })).status).toBe(202);
    await until(() => calls.length >= 2, "two calls to the service");
    const [toAll, toGroup] = calls;
    expect(toAll).toMatchObject({
      method: "POST",
      path: expect.stringMatching(/^\/api\/hubs\/news\/:send\?/),
      type: expect.stringContaining("text/plain"),
      authorization: expect.stringMatching(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/),
      body: "hello",
    });
    expect(toGroup).toMatchObject({
      path: expect.stringMatching(/^\/api\/hubs\/news\/groups\/readers\/:send\?/),
      type: expect.stringContaining("application/json"),
      body: '{"a":1}',
    });
  });
});
