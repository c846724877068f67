import { MillraceError } from "../platform/errors.ts";

/** No output is nested deeper by design; one that is, is most likely a circle. */
const MAX_DEPTH = 200;

/**
 * Refuses what JSON cannot give back: a step that is resumed must see the same outputs as one that went straight on.
 * A step may return nothing, and a property may be undefined; neither is stored.
 *
 * @throws MillraceError OUTPUT_INVALID that names the place and what stands there
 */
export function requireJsonValue(step: string, output: unknown): void {
  const problem = output === undefined ? undefined : problemOf(output, 0);
  if (!problem) return;
  const [path, what] = problem;
  throw new MillraceError("OUTPUT_INVALID", `Cannot keep the output of step "${step}": it must be JSON`, {
    details: { step, at: path || "/", found: what },
  });
}

type Problem = readonly [pointer: string, what: string];

function problemOf(value: unknown, depth: number): Problem | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : ["", String(value)];
  if (typeof value !== "object") return ["", typeof value];
  if (depth > MAX_DEPTH) return ["", `more than ${MAX_DEPTH} levels, or a circle`];
  if (Array.isArray(value)) return firstProblem(value.entries(), depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return ["", nameOf(value)];
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return firstProblem(entries, depth);
}

function firstProblem(parts: Iterable<readonly [string | number, unknown]>, depth: number): Problem | undefined {
  for (const [key, part] of parts) {
    const found = problemOf(part, depth + 1);
    if (found) return [`/${key}${found[0]}`, found[1]];
  }
  return undefined;
}

/** `Buffer`, `Date`, `Map`: the name of its class. */
function nameOf(value: object): string {
  const { constructor } = value as { readonly constructor?: { readonly name?: unknown } };
  return typeof constructor?.name === "string" ? constructor.name : "an object of a class";
}
