import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { findPortOwner } from "../../../local/dev/port-owner.ts";
import { findFreePort } from "../../../local/process/free-port.ts";

describe("findPortOwner()", () => {
  it("names the process that listens", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const owner = await findPortOwner((server.address() as AddressInfo).port);
    server.close();
    expect(owner).toMatch(new RegExp(`^\\S.* \\(pid ${process.pid}\\)$`));
  });

  it("names nobody where nobody listens", async () => {
    expect(await findPortOwner(await findFreePort())).toBeUndefined();
  });
});
