import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { bytes, growthDuring, lengthOf, post, residentBytes, responseOf } from "../../support/big-bodies.ts";
import { startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";
import { until } from "../../support/until.ts";

const GIGABYTE = 2 ** 30;
const LENGTH = GIGABYTE / 2;

/** Far below a body, far above what garbage collection lets pile up. */
const MOST_GROWTH = 200_000_000;

describe("large bodies of an app that streams", () => {
  let host: HostProcess;
  const pid = () => host.child.pid ?? 0;

  beforeAll(async () => {
    host = await startHostProcess({ app: "streaming", env: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: "4294967296" } });
    await post(`${host.url}/api/upload/warm`, 10_000_000);
    await lengthOf(`${host.url}/api/flood?bytes=10000000`);
  });
  afterAll(stopHostProcesses);

  it("go in with flat memory, announced or not", async () => {
    for (const [length, isChunked] of [
      [2 * GIGABYTE, false],
      [LENGTH, true],
    ] as const) {
      const growth = await growthDuring(pid(), async () => {
        expect(await post(`${host.url}/api/upload/big`, length, { isChunked })).toMatchObject({ length });
      });
      expect(growth).toBeLessThan(MOST_GROWTH);
    }
  });

  it("come out with flat memory", async () => {
    const growth = await growthDuring(pid(), async () => {
      expect(await lengthOf(`${host.url}/api/flood?bytes=${2 * GIGABYTE}`)).toBe(2 * GIGABYTE);
    });
    expect(growth).toBeLessThan(MOST_GROWTH);
  });

  it("wait for a client that does not read, and end when it goes away", async () => {
    const before = residentBytes(pid());
    const { hostname, port } = new URL(host.url);
    const clients = Array.from({ length: 20 }, () => {
      const client = connect(Number(port), hostname).pause();
      client.write(`GET /api/flood?bytes=${LENGTH} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      return client;
    });
    await Promise.all(clients.map((client) => new Promise((resolve) => client.once("readable", resolve))));
    await lengthOf(`${host.url}/api/flood?bytes=${LENGTH / 4}`); // time enough for what does not wait
    expect(residentBytes(pid()) - before).toBeLessThan(MOST_GROWTH);
    for (const client of clients) client.destroy();
    await until(async () => {
      const { cancelled } = (await (await fetch(`${host.url}/api/cancelled`)).json()) as { cancelled: number };
      return cancelled === clients.length;
    }, "the functions to be told");
  });

  it("hold up a client whose body is not read", async () => {
    const call = request(`${host.url}/api/unread`, { method: "POST", agent: false });
    let sent = 0;
    const source = bytes(LENGTH).on("data", (chunk: Buffer) => (sent += chunk.length));
    source.pipe(call);
    await host.printed(/Executing 'Functions\.unread'/);
    await lengthOf(`${host.url}/api/flood?bytes=${LENGTH / 4}`);
    expect(sent).toBeLessThan(LENGTH / 4);
    await fetch(`${host.url}/api/release`);
    const answer = await responseOf(call);
    expect(String(await answer.toArray())).toBe(JSON.stringify({ length: LENGTH }));
  });
});
