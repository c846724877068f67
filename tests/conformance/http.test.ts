import { request as httpRequest } from "node:http";
import { describe, expect, it } from "@jest/globals";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";

describe.each(moduleSystems)("HTTP functions (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem);
  const json = async (path: string, init?: RequestInit) => await (await host.api(path, init)).json();

  describe("a request", () => {
    it("brings method, route parameters, query and headers, and gets status, headers and cookies back", async () => {
      const answer = await host.api("hello/Ada%20L?x=1&x=2", { headers: { "x-question": "why" } });
      expect(answer.status).toBe(201);
      expect(answer.headers.get("x-answer")).toBe("why");
      expect(answer.headers.getSetCookie()).toEqual([
        expect.stringMatching(/^plain=b%20c; path=\/$/),
        expect.stringMatching(
          /^full=v; (?=.*max-age=5)(?=.*domain=example\.org)(?=.*path=\/p)(?=.*samesite=strict).*httponly$/i,
        ),
      ]);
      expect(await answer.json()).toMatchObject({
        method: "GET",
        path: "/api/hello/Ada%20L",
        name: "Ada L",
        function: "hello",
        invocation: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    });

    it("has repeated query keys joined in `query`, and apart in `url`", async () => {
      expect(await json("hello?x=1&x=2")).toMatchObject({ joined: ["1,2"], separate: ["1", "2"] });
    });

    it("may leave an optional parameter out, and call the function in any case", async () => {
      expect(await json("HELLO?name=Bo")).toMatchObject({ name: "Bo" });
      expect(await json("hello")).toMatchObject({ name: "world" });
    });

    it("passes its trace on", async () => {
      const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
      expect(await json("hello", { headers: { traceparent } })).toMatchObject({
        traceParent: expect.stringContaining("0af7651916cd43dd8448eb211c80319c"),
      });
    });
  });

  describe("a route", () => {
    it.each([
      ["files", { folder: "inbox" }],
      ["files/sent", { folder: "sent" }],
      ["files/sent/a/b%20c", { folder: "sent", rest: "a/b c" }],
    ])("has defaults and catches all: %s", async (path, params) => {
      expect(await json(path)).toEqual({ function: "files", params });
    });

    it.each([
      ["items/7", "itemByNumber"],
      ["items/hammer", "itemByName"],
      ["items/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "itemByGuid"],
      ["items/x12", "itemByPattern"],
    ])("is chosen by its constraints: %s", async (path, name) => {
      expect(await json(path)).toMatchObject({ function: name });
    });

    it.each(["items/0", "items/ab", "items/7/8", "nowhere"])("does not fit %s", async (path) => {
      expect((await host.api(path)).status).toBe(404);
    });

    it("that comes first by its function's name wins over a more literal one", async () => {
      expect(await json("overlap/literal")).toMatchObject({ function: "overlapA" });
    });
  });

  describe("a method", () => {
    it.each(["get", "post", "put", "patch", "delete"])("has a shorthand: %s", async (method) => {
      const answer = await host.api(`methods/${method}`, { method: method.toUpperCase() });
      expect(await answer.text()).toMatch(new RegExp(`^only${method} ${method}$`, "i"));
    });

    it("that the function does not take is 404, not 405", async () => {
      expect((await host.api("methods/get", { method: "POST" })).status).toBe(404);
      expect((await host.api("methods/default", { method: "PUT" })).status).toBe(404);
    });

    it("is GET or POST when none is named", async () => {
      expect(await (await host.api("methods/default")).text()).toBe("getAndPost GET");
      expect(await (await host.api("methods/default", { method: "POST" })).text()).toBe("getAndPost POST");
    });
  });

  describe("a body", () => {
    const form = new FormData();
    form.set("a", "1");
    it.each([
      ["text", "täxt", "täxt"],
      ["json", '{"a":[1]}', { a: [1] }],
      ["bytes", Uint8Array.from([0, 255, 1, 254]), [0, 255, 1, 254]],
      ["blob", "four", 4],
      ["form", form, { a: "1" }],
      ["form", new URLSearchParams({ b: "2" }), { b: "2" }],
    ])("arrives as %s", async (as, body, read) => {
      expect(await json(`bodies/read/${as}`, { method: "POST", body: body as RequestInit["body"] & {} })).toEqual({
        read,
      });
    });

    it("of unknown length is empty unless the app streams", async () => {
      expect(await postChunked(`${host.url}/api/bodies/read/text`, "not seen")).toBe('{"read":""}');
    });

    it("leaves as text, JSON, bytes, stream and form", async () => {
      const read = async (as: string) => {
        const answer = await host.api(`bodies/write/${as}`);
        return [answer.headers.get("content-type"), Buffer.from(await answer.arrayBuffer()).toString("latin1")];
      };
      expect(await read("text")).toEqual([expect.stringContaining("text/plain"), "twelve bytes"]);
      expect(await read("json")).toEqual([expect.stringContaining("application/json"), '{"a":[1,null,"Ã¤"]}']);
      expect(await read("bytes")).toEqual(["application/octet-stream", "\x00\xff\x01\xfe"]);
      expect((await read("stream"))[1]).toBe("one two");
      expect(await read("fields")).toEqual([
        expect.stringContaining("application/x-www-form-urlencoded"),
        "a=1&b=%C3%A4",
      ]);
    });

    it("is left out of an answer to HEAD", async () => {
      const answer = await host.api("bodies/write/text", { method: "HEAD" });
      expect([answer.status, await answer.text()]).toEqual([200, ""]);
    });

    it("may be missing from an answer with a status of its own", async () => {
      const answer = await host.api("bodies/write/empty");
      expect([answer.status, await answer.text()]).toEqual([202, ""]);
    });
  });

  describe("a handler", () => {
    it("that returns nothing answers 204", async () => {
      expect((await host.api("nothing")).status).toBe(204);
    });

    it.each(["boom", "notAResponse"])("that fails answers 500 with an empty body: %s", async (path) => {
      const answer = await host.api(path);
      expect([answer.status, await answer.text()]).toEqual([500, ""]);
    });

    it("chooses any status", async () => {
      const answer = await host.api("teapot");
      expect([answer.status, answer.headers.get("x-kind"), await answer.text()]).toEqual([
        418,
        "pot",
        "short and stout",
      ]);
    });
  });
});

/** fetch sends a length whenever it knows one. */
async function postChunked(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method: "POST", headers: { "transfer-encoding": "chunked" } }, (answer) => {
      let body = "";
      answer.on("data", (chunk: Buffer) => (body += chunk.toString()));
      answer.on("end", () => {
        resolve(body);
      });
    });
    outgoing.on("error", reject);
    outgoing.write(text);
    outgoing.end();
  });
}
