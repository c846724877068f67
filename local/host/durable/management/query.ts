import { RuntimeStatus } from "../state/instance.ts";
import { BadRequest } from "./answer.ts";

/** The parameters of a query; their names have no case. Values that cannot be understood throw `BadRequest`. */
export interface Query {
  /** Undefined when missing or empty. */
  text(name: string): string | undefined;
  flag(name: string): boolean | undefined;
  /** Milliseconds since the epoch. */
  instant(name: string): number | undefined;
  /** A whole number from 1 on. */
  count(name: string): number | undefined;
  seconds(name: string): number | undefined;
  /** `?name=A,B` and `?name=A&name=B`. */
  statuses(name: string): readonly RuntimeStatus[];
}

export function readQuery(search: URLSearchParams): Query {
  const all = (name: string) =>
    [...search].flatMap(([key, value]) => (key.toLowerCase() === name.toLowerCase() && value !== "" ? [value] : []));
  const text = (name: string) => all(name)[0];
  const read = <Value>(name: string, parse: (value: string) => Value | undefined, wanted: string) => {
    const value = text(name);
    if (value === undefined) return undefined;
    const parsed = parse(value.trim());
    if (parsed === undefined) throw new BadRequest(`The parameter '${name}' is '${value}': it must be ${wanted}`);
    return parsed;
  };
  return {
    text,
    flag: (name) => read(name, parseFlag, "true or false"),
    instant: (name) => read(name, parseInstant, "a date and time like 2026-11-22T02:05:24Z"),
    count: (name) => read(name, parseCount, "a whole number from 1 on"),
    seconds: (name) => read(name, parseSeconds, "a number of seconds"),
    statuses: (name) =>
      all(name)
        .flatMap((list) => list.split(",").filter(Boolean))
        .map((value) => parseStatus(name, value)),
  };
}

function parseFlag(value: string): boolean | undefined {
  if (/^true$/i.test(value)) return true;
  return /^false$/i.test(value) ? false : undefined;
}

function parseInstant(value: string): number | undefined {
  const milliseconds = Date.parse(value);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

function parseCount(value: string): number | undefined {
  return /^\d{1,9}$/.test(value) && Number(value) > 0 ? Number(value) : undefined;
}

function parseSeconds(value: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

function parseStatus(name: string, value: string): RuntimeStatus {
  const known = Object.keys(RuntimeStatus) as RuntimeStatus[];
  const status = known.find((each) => each.toLowerCase() === value.trim().toLowerCase());
  if (status) return status;
  throw new BadRequest(`The parameter '${name}' names the status '${value}': it must be one of ${known.join(", ")}`);
}
