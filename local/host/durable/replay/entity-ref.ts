export interface EntityRef {
  /** In lower case. */
  readonly name: string;
  readonly key: string;
}

/** Reads `@name@key`. The key may contain more of them. Throws when it is no entity's id. */
export function parseEntityId(id: string): EntityRef {
  const end = id.indexOf("@", 1);
  if (!id.startsWith("@") || end < 0) throw new Error(`Cannot address an entity as "${id}": expected "@name@key"`);
  return { name: id.slice(1, end).toLowerCase(), key: id.slice(end + 1) };
}

export function entityIdOf({ name, key }: EntityRef): string {
  return `@${name}@${key}`;
}
