import { ReadableStream } from "node:stream/web";
import { describe, expect, it } from "@jest/globals";
import { createBodyPacer } from "../../../../../local/host/triggers/http/paced-body.ts";
import { until } from "../../support/until.ts";

/** A source without end that counts what is read of it. */
function endless() {
  const seen = { read: 0, isCancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        seen.read += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
      cancel() {
        seen.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, seen };
}

/** Reads as the library does: as fast as it can. */
function readAll(result: unknown): { readonly ended: Promise<void> } {
  const read = async (): Promise<void> => {
    const reader = (result as { body: ReadableStream }).body.getReader();
    while (!(await reader.read()).done);
  };
  return { ended: read() };
}

describe("createBodyPacer()", () => {
  it("reads on only when what was read before has arrived, and no more after the end", async () => {
    const { body, seen } = endless();
    const pacer = createBodyPacer();
    const { ended } = readAll(pacer.pace({ status: 201, body }));
    await until(() => seen.read === 262_144, "the first chunks");
    pacer.arrived(65_536);
    await until(() => seen.read === 327_680, "one more");
    pacer.end();
    await ended;
    expect(seen).toEqual({ read: 327_680, isCancelled: true });
  });

  it("cancels a body that comes when its client has gone", () => {
    const { body, seen } = endless();
    const pacer = createBodyPacer();
    pacer.end();
    expect(pacer.pace({ status: 201, body })).toEqual({ status: 201, headers: undefined, cookies: undefined });
    expect(seen.isCancelled).toBe(true);
  });

  it("passes an error of the source on, and survives the end after it", async () => {
    const body = new ReadableStream({
      pull() {
        throw new Error("the source is dry");
      },
    });
    const pacer = createBodyPacer();
    await expect(readAll(pacer.pace({ body })).ended).rejects.toThrow("the source is dry");
    pacer.end();
  });

  it("leaves everything alone that is no stream", () => {
    const pacer = createBodyPacer();
    for (const result of [undefined, "text", { body: "text" }, { body: Buffer.from("x") }, { jsonBody: { a: 1 } }])
      expect(pacer.pace(result)).toBe(result);
  });
});
