import { mapAtOnce } from "../platform/at-once.ts";
import type { Container } from "../platform/blobs.ts";
import type { Row } from "../platform/tables.ts";
import type { BatchDeps } from "./batch-deps.ts";
import type { Batch } from "./batch.ts";
import { areLinksShort, toItemRow, toLinksRow } from "./item-row.ts";
import { FINALLY_INDEX, MAX_PARENTS_READ } from "./item.ts";
import type { Asked, Item, Links } from "./item.ts";
import { edgeMark, loadedMark } from "./marks.ts";
import { batchFolder, readPlan } from "./plan.ts";
import type { Plan, PlannedItem } from "./plan.ts";

/** Large payloads that are stored at a time. */
const AT_ONCE = 8;

/**
 * Writes the rows of all items. The same plan makes the same rows in the same transactions, so whoever goes on after a
 * crash, or at the same time, finds part of them written and writes the others.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function loadItems({ items, content }: BatchDeps, batch: Batch): Promise<void> {
  const plan = await readPlan(content, batch.plan);
  const links = linksOf(plan);
  const keep = async (index: number, asked: Asked) =>
    keepAsked(content, `${batchFolder(batch)}/items/${index}.json`, asked);
  const planned = await mapAtOnce([...plan.items.entries()], AT_ONCE, async ([index, item]) =>
    rowsOf(batch, {
      index,
      planned: item,
      links: links[index] ?? NO_LINKS,
      asked: await keep(index, askedOf(plan, item)),
    }),
  );
  const last = plan.finally && {
    ...{ index: FINALLY_INDEX, planned: { ...plan.finally, parents: [] }, links: NO_LINKS },
    asked: await keep(FINALLY_INDEX, askedOf(plan, { ...plan.finally, parents: [] })),
  };
  const rows = [...planned.flat(), ...(last ? rowsOf(batch, last) : [])];
  for (const [chunk, own] of chunksOf(rows).entries()) await items.load([loadedMark(batch.batchId, chunk), ...own]);
}

const NO_LINKS: Links = { parents: [], children: [], wide: [] };

function linksOf({ items }: Plan): Links[] {
  const links = items.map(({ parents }): Links => ({ parents, children: [], wide: [] }));
  for (const [index, { parents }] of items.entries())
    for (const parent of parents) links[parent]?.[isWide(parents) ? "wide" : "children"].push(index);
  return links;
}

function isWide(parents: readonly number[]): boolean {
  return parents.length > MAX_PARENTS_READ;
}

function askedOf(plan: Plan, { wishes, payload, takes, parents }: PlannedItem): Asked {
  const places = new Map(parents.map((parent) => [plan.items[parent]?.key, parent]));
  // All items stand for one that there is not: of the last job alone.
  return { wishes, payload, from: Object.fromEntries(takes.map((key) => [key, places.get(key) ?? FINALLY_INDEX])) };
}

/** In the row, if it is so small that forty of them fit a transaction of four megabytes, whatever their characters. */
const INLINE_CHARACTERS = 8_000;

async function keepAsked(content: Container, name: string, asked: Asked): Promise<Item["asked"]> {
  const text = JSON.stringify(asked);
  if (text.length <= INLINE_CHARACTERS) return { inline: asked };
  const bytes = Buffer.from(text);
  await content.put(name, bytes, "application/json");
  return { blob: name, bytes: bytes.length };
}

interface Placed {
  readonly index: number;
  readonly planned: PlannedItem;
  readonly links: Links;
  readonly asked: Item["asked"];
}

/** The item's own row, its links where they are long, and a mark for each edge where its parents are many. */
function rowsOf({ batchId, policy }: Batch, { index, planned, links, asked }: Placed): Row[] {
  const { key, jobType, parents } = planned;
  const isShort = areLinksShort(links);
  const item: Item = {
    ...{ batchId, index, key, state: "blocked", run: 0, policy, jobType, asked },
    isRoot: parents.length === 0 && index !== FINALLY_INDEX,
    isWide: isWide(parents),
    ...(isShort && { links }),
  };
  const edges = item.isWide ? parents.map((parent) => edgeMark(item, parent)) : [];
  return [toItemRow(item), ...(isShort ? [] : [toLinksRow(item, links)]), ...edges];
}

/** A transaction holds 100 rows, the mark among them, and four megabytes, of which a part goes for what stands around them. */
const MOST_ROWS = 99;
const MOST_BYTES = 3_000_000;

function chunksOf(rows: readonly Row[]): Row[][] {
  const chunks: Row[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row));
    const chunk = chunks.at(-1);
    bytes += size;
    if (chunk && chunk.length < MOST_ROWS && bytes <= MOST_BYTES) chunk.push(row);
    else {
      chunks.push([row]);
      bytes = size;
    }
  }
  return chunks;
}
