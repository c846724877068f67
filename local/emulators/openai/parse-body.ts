import type { z } from "zod";
import { ApiError, invalidJson } from "./errors.ts";

/**
 * Reads a JSON body against a schema; `defaults` stand in for fields that the path has already named.
 * Throws OpenAI's 400: for text that is no JSON, and for the first field that is missing or wrong.
 */
export function parseBody<T>(text: string, schema: z.ZodType<T>, defaults: Record<string, unknown> = {}): T {
  const parsed = schema.safeParse(withDefaults(parseJson(text), defaults));
  if (parsed.success) return parsed.data;
  throw toApiError(parsed.error.issues[0]);
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

function toApiError(issue: z.core.$ZodIssue | undefined): ApiError {
  const param = toParam(issue?.path ?? []);
  if (param === "") return new ApiError(400, { message: "The request body must be a JSON object" });
  // A missing field is the one kind of mistake for which zod says "received undefined".
  const isMissing = issue?.message.includes("received undefined") ?? false;
  return new ApiError(400, {
    message: isMissing
      ? `Missing required parameter: '${param}'.`
      : `Invalid value for '${param}': ${issue?.message ?? "not accepted"}.`,
    param,
    code: isMissing ? "missing_required_parameter" : "invalid_value",
  });
}

/** ["messages", 0, "role"] is `messages[0].role`. */
function toParam(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index ? "." : ""}${String(key)}`))
    .join("");
}
