import { invalidInput } from "../wire.ts";
import type { StoredEntity } from "../wire.ts";

export type Matches = (entity: StoredEntity) => boolean;

type Literal = string | number | boolean | Date;

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

/**
 * Reads a `$filter` of comparisons joined by `and`, `or`, `not` and parentheses; `and` binds closer than `or`. A row
 * without the property, or with one of another type, does not match.
 */
export function parseFilter(text: string): Matches {
  const tokens = tokenize(text);
  if (tokens.length === 0) return () => true;
  let position = 0;
  const peek = () => tokens[position]?.toLowerCase();
  const take = () => {
    const token = tokens[position++];
    if (token === undefined) throw invalidInput();
    return token;
  };
  const either = (): Matches => {
    let left = both();
    while (peek() === "or") {
      take();
      const [first, second] = [left, both()];
      left = (entity) => first(entity) || second(entity);
    }
    return left;
  };
  const both = (): Matches => {
    let left = one();
    while (peek() === "and") {
      take();
      const [first, second] = [left, one()];
      left = (entity) => first(entity) && second(entity);
    }
    return left;
  };
  const one = (): Matches => {
    if (peek() === "not") {
      take();
      const inner = one();
      return (entity) => !inner(entity);
    }
    if (peek() !== "(") return comparison(take(), take(), take());
    take();
    const inner = either();
    if (take() !== ")") throw invalidInput();
    return inner;
  };
  const matches = either();
  if (position < tokens.length) throw invalidInput();
  return matches;
}

const TOKEN = /\s*(?:([()])|((?:datetime|guid|binary|X)?'(?:[^']|'')*')|([^\s()']+))/iy;

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const found = TOKEN.exec(trimmed);
    if (!found) throw invalidInput();
    tokens.push(found[1] ?? found[2] ?? found[3] ?? "");
  }
  return tokens;
}

function comparison(name: string, operator: string, literalText: string): Matches {
  const holds = COMPARISONS[operator.toLowerCase()];
  if (!holds) throw invalidInput();
  const literal = parseLiteral(literalText);
  return (entity) => {
    const value = valueOf(entity, name, literal);
    const order = value === undefined ? undefined : orderOf(value, literal);
    return order !== undefined && holds(order);
  };
}

function parseLiteral(text: string): Literal {
  const quoted = /^(\w*)'(.*)'$/s.exec(text);
  if (quoted) {
    const inner = (quoted[2] ?? "").replaceAll("''", "'");
    return quoted[1]?.toLowerCase() === "datetime" ? new Date(inner) : inner;
  }
  if (text === "true" || text === "false") return text === "true";
  const number = Number(text.replace(/L$/i, ""));
  if (Number.isNaN(number)) throw invalidInput();
  return number;
}

function valueOf(entity: StoredEntity, name: string, literal: Literal): unknown {
  if (name === "PartitionKey") return entity.partitionKey;
  if (name === "RowKey") return entity.rowKey;
  if (name === "Timestamp") return entity.timestamp;
  const value = entity.properties[name];
  const type = entity.properties[`${name}@odata.type`];
  if (type === "Edm.DateTime") return literal instanceof Date ? new Date(value as string) : undefined;
  return type === "Edm.Int64" ? Number(value) : value;
}

/** Below 0, 0 or above 0; nothing when the two cannot be compared. */
function orderOf(value: unknown, literal: Literal): number | undefined {
  if (value instanceof Date && literal instanceof Date) return value.getTime() - literal.getTime();
  if (typeof value !== typeof literal || typeof value === "object") return undefined;
  if (value === literal) return 0;
  return (value as string) < (literal as string) ? -1 : 1;
}
