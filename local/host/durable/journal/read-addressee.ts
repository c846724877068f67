import type { EditableAddressee, EditableInstance } from "../state/editable.ts";
import { addPart, beginAddressee, headFromJson } from "./addressee-lines.ts";
import type { Head } from "./addressee-lines.ts";
import type { Archive } from "./format.ts";
import { LineReader } from "./line-reader.ts";

/** Reads back an instance that has been moved out. Throws when it is not there. */
export async function readArchived({ file, extents }: Archive, id: string): Promise<EditableInstance> {
  const offset = extents.get(id)?.offset ?? 0;
  const lines = new LineReader(file, offset);
  const head = headFromJson(await lines.nextJson());
  const addressee = head?.id === id ? await readParts(lines, head) : undefined;
  if (addressee?.kind === "orchestration") return addressee;
  throw lines.damage(`the instance "${id}" is not at byte ${offset}`);
}

/** Reads the lines that follow the first. */
export async function readParts(lines: LineReader, head: Head): Promise<EditableAddressee> {
  const addressee = beginAddressee(head);
  for (let part = 0; part < head.parts; part++) {
    const json = await lines.nextJson();
    if (!addPart(addressee, json)) throw lines.damage(`it is no part of "${head.id}"`);
  }
  return addressee;
}
