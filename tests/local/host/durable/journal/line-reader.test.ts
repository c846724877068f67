import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { LineReader } from "../../../../../local/host/durable/journal/line-reader.ts";

async function read(contents: string, start = 0): Promise<{ text: string; offset: number; isWhole: boolean }[]> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-lines-"));
  const path = join(folder, "lines");
  await writeFile(path, contents);
  const handle = await open(path);
  try {
    const lines = new LineReader({ path, handle }, start);
    const all = [];
    for (let line = await lines.next(); line !== undefined; line = await lines.next())
      all.push({ text: line.bytes.toString(), offset: line.offset, isWhole: line.isWhole });
    return all;
  } finally {
    await handle.close();
    await rm(folder, { recursive: true });
  }
}

describe("LineReader", () => {
  it("says where each line begins, and whether it is whole", async () => {
    expect(await read("one\n\ntwö\nthree")).toEqual([
      { text: "one", offset: 0, isWhole: true },
      { text: "", offset: 4, isWhole: true },
      { text: "twö", offset: 5, isWhole: true },
      { text: "three", offset: 10, isWhole: false },
    ]);
  });

  it("finds nothing in an empty file, and nothing after the last line feed", async () => {
    expect(await read("")).toEqual([]);
    expect(await read("one\n")).toHaveLength(1);
  });

  it("begins where it is told", async () => {
    expect(await read("one\ntwo\n", 4)).toEqual([{ text: "two", offset: 4, isWhole: true }]);
  });

  it("reads lines of many lengths, longer than what it reads at once", async () => {
    const lengths = [0, 1, 262_142, 262_143, 262_144, 262_145, 3_000_000, 5, 1_000_001];
    const texts = lengths.map((length) => "é".repeat(length >> 1) + "x".repeat(length % 2));
    const lines = await read(texts.map((text) => `${text}\n`).join(""));
    expect(lines.map(({ text }) => text)).toEqual(texts);
  });
});
