import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { writeResponse } from "../../../../../local/host/triggers/http/write-response.ts";
import type { HttpData } from "../../../../../local/host/worker/protocol.ts";

/** What a client gets of what a function returned. */
async function answerOf(http: HttpData): Promise<Response> {
  const server = createServer((_request, response) => {
    writeResponse(response, http);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  server.close();
  return answer;
}

describe("writeResponse()", () => {
  it("sends the cookies beside a Set-Cookie header of the function's own", async () => {
    const answer = await answerOf({ headers: { "set-cookie": "a=1" }, cookies: [{ name: "b", value: "2" }] });
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2; path=/"]);
  });

  it("leaves the framing to the connection", async () => {
    const bytes = Buffer.from("four");
    const headers = { "content-length": "99", "transfer-encoding": "chunked" };
    const answer = await answerOf({ statusCode: "201", headers, body: { bytes } });
    expect([answer.status, answer.headers.get("content-length"), await answer.text()]).toEqual([201, "4", "four"]);
  });
});
