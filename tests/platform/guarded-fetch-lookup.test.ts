import { connect } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { createPublicLookup } from "../../src/platform/guarded-fetch-lookup.ts";
import { startHttpServer } from "../support/http-server.ts";

const answering = (...addresses: string[]) =>
  createPublicLookup(async () => addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));

async function ask(lookup: ReturnType<typeof answering>, all: boolean): Promise<unknown[]> {
  return new Promise((resolve) => {
    lookup("files.example.com", { all }, (...answer) => {
      resolve(answer);
    });
  });
}

describe("createPublicLookup()", () => {
  it("hands public addresses on, all of them or the first, as the socket asks", async () => {
    const lookup = answering("2606:4700:4700::1111", "1.1.1.1");
    expect(await ask(lookup, false)).toEqual([null, "2606:4700:4700::1111", 6]);
    expect(await ask(lookup, true)).toEqual([
      null,
      [
        { address: "2606:4700:4700::1111", family: 6 },
        { address: "1.1.1.1", family: 4 },
      ],
    ]);
  });

  it.each([true, false])(
    "keeps a socket from connecting to a private address (happy eyeballs: %j)",
    async (autoSelectFamily) => {
      const server = await startHttpServer((_, response) => response.end("secret"));
      const lookup = answering("127.0.0.1");
      const refused = new Promise((resolve) => {
        connect({ host: "files.example.com", port: server.port, lookup, autoSelectFamily }).once("error", resolve);
      });
      expect(await refused).toMatchObject({ code: "URL_FORBIDDEN" });
      expect(server.connections()).toBe(0);
      await server.stop();
    },
  );
});
