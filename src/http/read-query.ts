import type { z } from "zod";
import { MillraceError } from "../platform/errors.ts";

/** The function key may come as a query parameter; it is the host's affair. */
const KEY_PARAMETER = "code";

/**
 * Parses the query. A parameter that does not exist is refused, since a typo in a filter would widen it without a word.
 *
 * @throws MillraceError UNKNOWN_QUERY_PARAMETER, INVALID_QUERY
 */
export function readQuery(url: string, schema: z.ZodObject | undefined): unknown {
  const parameters = new URL(url).searchParams;
  parameters.delete(KEY_PARAMETER);
  refuseUnknown(parameters, Object.keys(schema?.shape ?? {}));
  if (!schema) return {};
  const parsed = schema.safeParse(Object.fromEntries(parameters));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MillraceError("INVALID_QUERY", `Query parameter "${issue?.path.join(".") ?? ""}": ${issue?.message ?? ""}`);
}

function refuseUnknown(parameters: URLSearchParams, known: readonly string[]): void {
  for (const name of parameters.keys()) {
    if (!known.includes(name))
      throw new MillraceError(
        "UNKNOWN_QUERY_PARAMETER",
        `There is no query parameter ${JSON.stringify(name)}; there are: ${known.join(", ") || "none"}`,
      );
    if (parameters.getAll(name).length > 1)
      throw new MillraceError("INVALID_QUERY", `Query parameter "${name}" is given more than once`);
  }
}
