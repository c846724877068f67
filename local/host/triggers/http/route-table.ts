import type { AppFunction } from "../../functions/app-function.ts";
import type { AccessLevel } from "../../server/keys.ts";
import { compileRoute } from "./route-template.ts";
import type { Route, RouteParams } from "./route-template.ts";

export interface HttpFunction {
  readonly fn: AppFunction;
  readonly authLevel: AccessLevel;
  /** Upper case; empty means all. */
  readonly methods: readonly string[];
  /** Without prefix and outer slashes. */
  readonly route: string;
}

export interface RouteTable {
  /** Throws the real host's sentence when the route is reserved or taken. */
  add(fn: AppFunction): HttpFunction;
  /** Finds the function for a request, first match in the order of adding. A wrong method is no match. */
  find(method: string, path: string): { readonly target: HttpFunction; readonly params: RouteParams } | undefined;
}

export function createRouteTable(routePrefix: string): RouteTable {
  const rows: (HttpFunction & { readonly compiled: Route })[] = [];
  return {
    add(fn) {
      const target = readHttpFunction(fn);
      assertFree(target, rows);
      const prefix = routePrefix.replace(/^\/+|\/+$/g, "");
      const compiled = compileRoute(prefix === "" ? target.route : `${prefix}/${target.route}`);
      rows.push({ ...target, compiled });
      return target;
    },
    find(method, rawPath) {
      const path = rawPath.includes("%") ? decodePath(rawPath) : rawPath;
      for (const row of rows) {
        if (row.methods.length > 0 && !row.methods.includes(method)) continue;
        const params = row.compiled.match(path);
        if (params) return { target: row, params };
      }
      return undefined;
    },
  };
}

/** Decodes a path once, before matching. An encoded slash stays encoded, as in Kestrel, and so does malformed input. */
export function decodePath(path: string): string {
  return path
    .split(/(%2f)/i)
    .map((part) => {
      try {
        return /^%2f$/i.test(part) ? part : decodeURIComponent(part);
      } catch {
        return part;
      }
    })
    .join("");
}

function readHttpFunction(fn: AppFunction): HttpFunction {
  const { route, methods, authLevel } = fn.trigger.binding;
  const level = typeof authLevel === "string" ? authLevel.toLowerCase() : "function";
  if (level !== "anonymous" && level !== "function" && level !== "admin")
    throw new Error(`"authLevel" must be "anonymous", "function" or "admin", found "${level}"`);
  const text = typeof route === "string" && route.trim() !== "" ? route : fn.name;
  return {
    fn,
    authLevel: level,
    methods: Array.isArray(methods) ? methods.map((method) => String(method).toUpperCase()) : [],
    route: text.replace(/^\/+|\/+$/g, ""),
  };
}

function assertFree(target: HttpFunction, others: readonly HttpFunction[]): void {
  const route = target.route.toLowerCase();
  // The real host compares the beginning of the text, so that "administer" is reserved too.
  if (route.startsWith("admin") || route.startsWith("runtime"))
    throw new Error("The specified route conflicts with one or more built in routes.");
  const taken = others.find((other) => other.route.toLowerCase() === route && shareMethod(target, other));
  if (taken) throw new Error(`The route specified conflicts with the route defined by function '${taken.fn.name}'.`);
}

function shareMethod(one: HttpFunction, other: HttpFunction): boolean {
  if (one.methods.length === 0 || other.methods.length === 0) return true;
  return one.methods.some((method) => other.methods.includes(method));
}
