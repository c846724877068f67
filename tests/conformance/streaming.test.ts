import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "@jest/globals";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";

describe.each(moduleSystems)("HTTP functions with streams (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem, { app: "streaming-app" });

  it("read a body in pieces, however long", async () => {
    const bytes = 3_000_000;
    const answer = await host.api("count/big?x=1&x=2", {
      method: "POST",
      headers: { "x-question": "why" },
      body: new Uint8Array(bytes),
    });
    expect(await answer.json()).toEqual({ bytes, isInPieces: true, name: "big", values: ["1", "2"], header: "why" });
  });

  it("answer while the request is still being sent", async () => {
    const { send, end, response } = openExchange(`${host.url}/api/echo`);
    send("one ");
    const answer = await response;
    const pieces = answer.setEncoding("utf8")[Symbol.asyncIterator]() as AsyncIterator<string>;
    expect((await pieces.next()).value).toBe("ONE ");
    send("two");
    expect((await pieces.next()).value).toBe("TWO");
    end();
    expect(await pieces.next()).toMatchObject({ done: true });
    expect(answer.headers).toMatchObject({
      "content-type": "text/plain",
      "set-cookie": [expect.stringMatching(/^a=b/)],
    });
  });

  it("answer 204 when they return nothing and 500 when they throw", async () => {
    expect((await host.api("nothing")).status).toBe(204);
    expect((await host.api("boom")).status).toBe(500);
  });

  it("may answer without reading the body", async () => {
    const answer = await host.api("refuse", { method: "POST", body: "ignored" });
    expect([answer.status, await answer.text()]).toEqual([403, "not read"]);
  });
});

/** A request that is written and read in turns, which fetch cannot. */
function openExchange(url: string): {
  send: (text: string) => void;
  end: () => void;
  response: Promise<IncomingMessage>;
} {
  const outgoing = httpRequest(url, { method: "POST" });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on("response", resolve);
    outgoing.on("error", reject);
  });
  return { send: (text) => outgoing.write(text), end: () => outgoing.end(), response };
}
