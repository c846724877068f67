import { execFileSync } from "node:child_process";
import { request } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/** The resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * 1024;
}

/** Samples a process until `work` ends. Resolves with by how much its memory grew at most. */
export async function growthDuring(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = residentBytes(pid);
  let most = before;
  const sampler = setInterval(() => (most = Math.max(most, residentBytes(pid))), 200);
  try {
    await work();
  } finally {
    clearInterval(sampler);
  }
  return Math.max(most, residentBytes(pid)) - before;
}

/** A source of so many bytes that never holds more than one chunk. */
export function bytes(length: number): Readable {
  const chunk = Buffer.alloc(262_144, 1);
  let left = length;
  return new Readable({
    highWaterMark: 1_048_576,
    read() {
      const size = Math.min(left, chunk.length);
      left -= size;
      this.push(size === 0 ? null : chunk.subarray(0, size));
    },
  });
}

/** Posts so many bytes, announced or chunked, and resolves with the answer's JSON. */
export async function post(url: string, length: number, { isChunked = false } = {}): Promise<unknown> {
  const headers = isChunked ? {} : { "content-length": length };
  const call = request(url, { method: "POST", headers, agent: false });
  bytes(length).pipe(call);
  const answer = await responseOf(call);
  return JSON.parse(Buffer.concat(await answer.toArray()).toString("utf8")) as unknown;
}

/** Reads a response to its end, keeping nothing. Resolves with its length. */
export async function lengthOf(url: string): Promise<number> {
  const call = request(url, { agent: false });
  call.end();
  let length = 0;
  for await (const chunk of await responseOf(call)) length += (chunk as Buffer).length;
  return length;
}

export function responseOf(call: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    call.once("response", resolve);
    call.once("error", reject);
  });
}
