import type { z } from "zod";
import { ApiError, invalidJson } from "./errors.ts";

/**
 * Reads a JSON body against a schema; `defaults` stand in for fields that the path has already named.
 * Throws OpenAI's 400: for text that is no JSON, and for the first field that is missing or wrong.
 */
export function parseBody<T>(text: string, schema: z.ZodType<T>, defaults: Record<string, unknown> = {}): T {
  const body = withDefaults(parseJson(text), defaults);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const { path = [], message = "not accepted" } = parsed.error.issues[0] ?? {};
  throw toApiError(path, isMissing(body, path) ? undefined : message);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidJson();
  }
}

function withDefaults(body: unknown, defaults: Record<string, unknown>): unknown {
  return typeof body === "object" && body !== null && !Array.isArray(body) ? { ...defaults, ...body } : body;
}

function isMissing(body: unknown, path: readonly PropertyKey[]): boolean {
  const value = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], body);
  return value === undefined;
}

/** Without a complaint the parameter is missing. */
function toApiError(path: readonly PropertyKey[], complaint: string | undefined): ApiError {
  const param = toParam(path);
  if (param === "") return new ApiError(400, { message: "The request body must be a JSON object" });
  if (complaint === undefined) {
    const message = `Missing required parameter: '${param}'.`;
    return new ApiError(400, { message, param, code: "missing_required_parameter" });
  }
  return new ApiError(400, { message: `Invalid value for '${param}': ${complaint}.`, param, code: "invalid_value" });
}

/** ["messages", 0, "role"] is `messages[0].role`. */
function toParam(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index ? "." : ""}${String(key)}`))
    .join("");
}
