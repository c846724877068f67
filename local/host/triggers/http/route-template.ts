import { parseTemplate } from "./parse-template.ts";
import type { Parameter, Segment } from "./parse-template.ts";
import { parseConstraint } from "./route-constraints.ts";
import type { Constraint } from "./route-constraints.ts";

export type RouteParams = Record<string, string>;

export interface Route {
  /** The parameters of a decoded path, or undefined when it does not match. Missing optional ones are left out. */
  match(path: string): RouteParams | undefined;
}

/**
 * Compiles an ASP.NET route template such as `jobs/{id:guid}/{*rest}` once, so that a request costs one regular
 * expression. Matching ignores case and a trailing slash. Throws when the template is malformed.
 */
export function compileRoute(template: string): Route {
  const segments = parseTemplate(template);
  const parameters = segments.flatMap((segment) => segment.filter((part) => typeof part !== "string"));
  assertUnique(parameters, template);
  const pattern = new RegExp(`^${segments.map(segmentPattern).join("")}/?$`, "i");
  const checks = parameters.map(({ name, constraints, defaultValue }) => ({
    name,
    defaultValue,
    constraints: constraints.map((text): Constraint => parseConstraint(text)),
  }));
  return {
    match(path) {
      const found = pattern.exec(path);
      if (!found) return undefined;
      const params: RouteParams = {};
      for (const [index, { name, constraints, defaultValue }] of checks.entries()) {
        const value = found[index + 1] ?? defaultValue;
        if (value === undefined) continue;
        if (!constraints.every((accepts) => accepts(value))) return undefined;
        params[name] = value;
      }
      return params;
    },
  };
}

function assertUnique(parameters: readonly Parameter[], template: string): void {
  const names = parameters.map(({ name }) => name.toLowerCase());
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw new Error(
      `The route parameter name '${repeated}' appears more than one time in the route template '${template}'.`,
    );
}

function segmentPattern(segment: Segment): string {
  const [only] = segment;
  if (segment.length === 1 && only !== undefined && typeof only !== "string") return wholeSegmentPattern(only);
  const last = segment.at(-1);
  if (last !== undefined && typeof last !== "string" && last.isOptional)
    return optionalTailPattern(segment.slice(0, -1));
  // Greedy on the left, as ASP.NET matches a mixed segment from its right end: {name}.{ext} of a.b.c is "a.b" and "c".
  return `/${segment.map((part) => (typeof part === "string" ? escape(part) : "([^/]+)")).join("")}`;
}

function wholeSegmentPattern({ isCatchAll, isOptional, defaultValue }: Parameter): string {
  if (isCatchAll) return "(?:/([^]+))?"; // with its trailing slash, as in ASP.NET
  return isOptional || defaultValue !== undefined ? "(?:/([^/]+))?" : "/([^/]+)";
}

/** `{name}.{ext?}`: without the optional part the separator before it may be missing too. */
function optionalTailPattern(head: Segment): string {
  const separator = head.at(-1);
  const literal = typeof separator === "string" ? separator : "";
  const rest = literal === "" ? head : head.slice(0, -1);
  const first = rest.map((part) => (typeof part === "string" ? escape(part) : "([^/]+?)")).join("");
  return `/${first}(?:${escape(literal)}([^/${escape(literal.slice(0, 1))}]+))?`;
}

function escape(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
