import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../../../support/storage-account.ts";
import { openTestBlobs } from "../../support/blobs.ts";
import { startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";

describe("blob inputs and outputs", () => {
  const connection = takeStorageAccount();
  const blobs = openTestBlobs(connection);
  let host: HostProcess;
  const write = (path: string, value = "") =>
    fetch(`${host.url}/api/blobs/${path}?value=${value}`, { method: "POST", body: "body" });
  const read = async (path: string) => (await fetch(`${host.url}/api/blobs/${path}`)).json();

  beforeAll(async () => {
    host = await startHostProcess({ app: "bindings", env: { AzureWebJobsStorage: connection } });
  });
  afterAll(stopHostProcesses);

  it("creates the container and writes text, JSON and bytes over what was there", async () => {
    expect((await write("new-container/blob.bin", "text")).status).toBe(202);
    expect((await blobs.read("new-container/blob.bin")).toString()).toBe("text äöü");
    await write("new-container/blob.bin", "json");
    expect((await blobs.read("new-container/blob.bin")).toString()).toBe('{"a":[1,{"b":null}]}');
    await write("new-container/blob.bin", "buffer");
    expect(await blobs.read("new-container/blob.bin")).toEqual(Buffer.from([0, 255, 1]));
    await write("new-container/blob.bin", "integer");
    expect(await blobs.read("new-container/blob.bin")).toEqual(Buffer.from([2, 1, 0, 0]));
  });

  it("gives a blob as a Buffer, or as text where dataType asks for it, and nothing when it is missing", async () => {
    await write("new-container/read.txt", "text");
    expect(await read("new-container/read.txt")).toEqual({
      bytes: { kind: "buffer", text: "text äöü" },
      text: { kind: "string", text: "text äöü" },
    });
    const missing = { kind: "undefined", text: null };
    expect(await read("new-container/missing.txt")).toEqual({ bytes: missing, text: missing });
    expect(await read("no-container/missing.txt")).toEqual({ bytes: missing, text: missing });
  });

  it("fails the invocation when the path is none, and says so", async () => {
    expect((await write("No_Container/x", "text")).status).toBe(500);
    await host.printed(/Executed 'Functions\.writeBlob' \(Failed[^]*Invalid container name: No_Container/);
  });

  it("resolves headers, query, nested body properties, route parameters and system expressions", async () => {
    const response = await fetch(`${host.url}/api/expressive/from-route?part=from-query`, {
      method: "POST",
      headers: { "X-Tenant": "from-header" },
      body: JSON.stringify({ id: "not this", order: { customer: { id: 42 } } }),
    });
    expect(response.status).toBe(202);
    const year = new Date().getUTCFullYear();
    expect(await blobs.names("expressions")).toEqual([
      expect.stringMatching(
        new RegExp(
          `^from-header/from-query/42/from-route/${year}/expressive/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`,
        ),
      ),
    ]);
  });

  it("fails the invocation when an expression has no value, and says which", async () => {
    const response = await fetch(`${host.url}/api/expressive/1`, { method: "POST", body: "{}" });
    expect(response.status).toBe(500);
    await host.printed(/Error while accessing 'x-tenant': property doesn't exist/);
  });
});
