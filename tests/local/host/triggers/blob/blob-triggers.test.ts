import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../../../support/storage-account.ts";
import { openTestBlobs } from "../../support/blobs.ts";
import { newFolder, startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";
import { openTestQueues } from "../../support/queues.ts";
import { until } from "../../support/until.ts";

interface Result {
  readonly function: string;
  readonly pid: number;
  readonly kind: string;
  readonly text: unknown;
  readonly twin?: { readonly kind: string };
  readonly triggerMetadata: Record<string, unknown> & { readonly name: string };
}

const HAND_OVER = "azure-webjobs-blobtrigger-the-hosts";

describe("blob triggers", () => {
  const connection = takeStorageAccount();
  const queues = openTestQueues(connection);
  const blobs = openTestBlobs(connection);
  const hosts: HostProcess[] = [];
  const start = async (...args: string[]) => {
    const env = {
      AzureWebJobsStorage: connection,
      AzureFunctionsWebHost__hostid: "the-hosts",
      Managed__blobServiceUri: "https://example.org",
      PubSub: "Endpoint=http://127.0.0.1:1;AccessKey=k;",
    };
    const host = await startHostProcess({
      app: "bindings",
      args: ["--queue-visibility", "00:00:02", ...args],
      env,
      stateFolder: newFolder(),
    });
    hosts.push(host);
    return host;
  };
  const stopHosts = () => Promise.all(hosts.splice(0).map((each) => each.stop()));
  const takeResult = () => queues.takeJson<Result>("results");
  let host: HostProcess;

  /** Lets an HTTP function of the host write the blob, which its scanner then knows at once. */
  const post = async (path: string, body: string) => {
    const response = await fetch(`${host.url}/api/blobs/${path}`, { method: "POST", body });
    expect(response.status).toBe(202);
  };

  beforeAll(async () => {
    await blobs.write("inbox/sub/before.txt", "was there before");
    await blobs.write("inbox/no-match.txt", "has no folder");
    host = await start();
  });
  afterAll(stopHostProcesses);

  it("fires for a blob that was there before the first start, with its path, facts and captures", async () => {
    const { triggerMetadata, ...result } = await takeResult();
    expect(result).toMatchObject({ function: "work", kind: "buffer", text: "was there before" });
    expect(triggerMetadata).toMatchObject({
      blobTrigger: "inbox/sub/before.txt",
      folder: "sub",
      name: "before",
      ext: "txt",
      metadata: {},
      properties: { contentLength: 16, blobType: 0 },
    });
    expect(triggerMetadata["uri"]).toBe(blobs.service.getContainerClient("inbox").getBlobClient("sub/before.txt").url);
    expect(JSON.parse((await blobs.read("done/sub-before.txt.json")).toString())).toEqual({ text: "was there before" });
    await host.printed(/Reason='New blob detected\(LogsAndContainerScan\): inbox\/sub\/before\.txt'/);
  });

  it("keeps a receipt of the version it has handed over, and hands the message to the queue of the host id", async () => {
    const prefix = "blobreceipts/the-hosts/Host.Functions.work/";
    const receipts = await until(async () => {
      const names = await blobs.names("azure-webjobs-hosts", prefix);
      return names.length > 0 ? names : undefined;
    }, "the receipt");
    expect(receipts).toEqual([expect.stringMatching(/\/0x[0-9A-F]+\/inbox\/sub\/before\.txt$/)]);
    await until(async () => (await queues.count(HAND_OVER)) === 0, "the message to be deleted");
  });

  it("fires again for a changed blob, and for one that matches no expression", async () => {
    await blobs.write("inbox/sub/before.txt", "has changed");
    await blobs.write("fixed/other.txt", "not this one");
    await blobs.write("fixed/exactly.txt", "this one");
    const texts = [await takeResult(), await takeResult()].map(({ text }) => text);
    expect(texts.sort()).toEqual(["has changed", "this one"]);
  });

  it("serves generic bindings of any letter case, and honours dataType", async () => {
    await blobs.write("twins/one.json", "the twin");
    await post("generic/one.json", '{"a": 1}');
    expect(await takeResult()).toMatchObject({
      function: "generic",
      kind: "object",
      text: { a: 1 },
      twin: { kind: "buffer" },
    });
    expect((await blobs.read("generic-out/one.json")).toString()).toBe('copy of {"a":1}');
  });

  it("moves a blob that fails every time to the poison queue", async () => {
    await post("inbox/sub/bad.txt", "fail");
    const message = await queues.takeJson<Record<string, unknown>>("webjobs-blobtrigger-poison");
    expect(message).toEqual({
      Type: "BlobTrigger",
      FunctionId: "Host.Functions.work",
      BlobType: "BlockBlob",
      ContainerName: "inbox",
      BlobName: "sub/bad.txt",
      ETag: expect.stringMatching(/^0x[0-9A-F]+$/),
    });
    expect(host.output().match(/told to fail/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it("is done with messages for what is gone or has changed since, and not with one that is none", async () => {
    const message = { FunctionId: "Host.Functions.work", BlobType: "BlockBlob", ContainerName: "inbox", ETag: "0x0" };
    await queues.send(HAND_OVER, { ...message, BlobName: "sub/gone.txt" });
    await queues.send(HAND_OVER, { ...message, BlobName: "sub/before.txt" });
    await queues.send(HAND_OVER, { ...message, BlobName: "sub/before.txt", FunctionId: "Host.Functions.nobody" });
    await queues.send(HAND_OVER, "not a message");
    await post("inbox/sub/after.txt", "after"); // and the listener looks at its queue
    expect(await takeResult()).toMatchObject({ text: "after" });
    expect(await queues.take("webjobs-blobtrigger-poison")).toBe("not a message");
    await until(async () => (await queues.count(HAND_OVER)) === 0, "the other messages to be deleted");
    expect(await queues.count("webjobs-blobtrigger-poison")).toBe(0);
    await host.printed(/Cannot read the blob of message '.*': .*not a/);
  });

  it("puts functions in error that it cannot serve, with the reason, and runs the others", async () => {
    await host.printed(/'eventGrid' function is in error: The blob trigger's source "EventGrid" is not supported/);
    await host.printed(
      /'reserved' function is in error: A blob trigger cannot watch the container 'azure-webjobs-hosts'/,
    );
    await host.printed(/'client' function is in error: "sdkBinding" is not supported/);
    await host.printed(/'identity' function is in error: Connection 'Managed' is identity-based/);
  });

  it("does a blob again whose host was killed, and does not repeat the others", async () => {
    await post("inbox/sub/slow.txt", "delay 1500");
    await host.printed(/inbox\/sub\/slow\.txt/);
    await stopHosts();
    host = await start();
    expect(await takeResult()).toMatchObject({ text: "delay 1500", triggerMetadata: { name: "slow" } });
    await post("inbox/sub/last.txt", "the only other one");
    expect(await takeResult()).toMatchObject({ text: "the only other one" });
  });

  it("shares the blobs between two hosts, each blob once", async () => {
    await start();
    const results: Result[] = [];
    const pids = () => new Set(results.map(({ pid }) => pid));
    for (let written = 0; written < 30 || pids().size < 2; written += 10) {
      const names = Array.from({ length: 10 }, (_, index) => `number-${written + index}`);
      await Promise.all(names.map((name) => post(`inbox/many/${name}.txt`, "delay 20")));
      while (results.length < written + names.length) results.push(await takeResult());
    }
    const names = results.map(({ triggerMetadata }) => triggerMetadata.name);
    expect(new Set(names).size).toBe(names.length);
  });
});
