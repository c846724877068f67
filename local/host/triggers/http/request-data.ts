import type { IncomingMessage } from "node:http";
import { isJsonObject } from "../../config/json-file.ts";
import type { HttpData, TypedData } from "../../worker/protocol.ts";
import type { HttpCall } from "./http-call.ts";

type Values = Record<string, string>;
type Nullable = Record<string, { readonly value: string }>;

/** The request as the library expects it on the wire, body included. */
export function requestData({ request, params }: HttpCall, body: Buffer | undefined): TypedData {
  const target = request.url ?? "/";
  const http: HttpData = {
    url: target.startsWith("/") ? `http://${request.headers.host || "localhost"}${target}` : target,
    method: request.method ?? "GET",
    nullableHeaders: wrap(headerValues(request)),
    nullableQuery: wrap(queryValues(target)),
    nullableParams: wrap(params),
    ...(body && body.length > 0 ? { body: { bytes: body } } : {}),
  };
  return { http };
}

/** Lower-case names; node has joined repeated headers already, except the few it keeps as a list. */
export function headerValues(request: IncomingMessage): Values {
  const values: Values = {};
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value !== undefined) values[name] = typeof value === "string" ? value : value.join(", ");
  }
  return values;
}

/** One value a key: the real host joins repeated ones by a comma. */
export function queryValues(target: string): Values {
  const start = target.indexOf("?");
  if (start < 0) return {};
  const values = new Map<string, string>(); // a client may use names, such as "constructor", that objects have already
  for (const [key, value] of new URLSearchParams(target.slice(start))) {
    const earlier = values.get(key);
    values.set(key, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(values);
}

/**
 * What `{…}` in settings may name: properties of a JSON body, parameters of the query (they win, but for the key in `code`),
 * parameters of the route (they win over both), and `query` and `headers` as a whole.
 */
export function bindingData(
  { request, params }: HttpCall,
  body: Buffer | undefined,
): Readonly<Record<string, unknown>> {
  const query = queryValues(request.url ?? "");
  const named = Object.entries(query).filter(([name]) => name.toLowerCase() !== "code");
  return {
    ...parseObject(body),
    ...Object.fromEntries(named),
    ...params,
    Query: query,
    Headers: headerValues(request),
  };
}

function parseObject(body: Buffer | undefined): Readonly<Record<string, unknown>> {
  if (!body) return {};
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return isJsonObject(value) ? value : {};
  } catch {
    return {}; // not JSON: there are no properties to name
  }
}

function wrap(values: Values): Nullable {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
}
