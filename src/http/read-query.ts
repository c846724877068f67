import type { z } from "zod";
import { ERROR_CODES } from "../contract/error-codes.ts";
import { sayWhatIsWrong } from "../contract/say-what-is-wrong.ts";
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
  const known = Object.keys(schema?.shape ?? {});
  refuseErrorCode(parameters.getAll(KEY_PARAMETER), known);
  parameters.delete(KEY_PARAMETER);
  refuseUnknown(parameters, known);
  if (!schema) return {};
  const parsed = schema.safeParse(Object.fromEntries(parameters), { error: sayWhatIsWrong });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MillraceError("INVALID_QUERY", `Query parameter "${issue?.path.join(".") ?? ""}" ${issue?.message ?? ""}`);
}

/** A filter for errors that took the name of the key would be dropped with it, and widen the answer. */
function refuseErrorCode(keys: readonly string[], known: readonly string[]): void {
  if (known.includes("error_code") && keys.some((key) => Object.hasOwn(ERROR_CODES, key)))
    throw new MillraceError("INVALID_QUERY", 'Query parameter "code" is for a key; filter by "error_code"');
}

function refuseUnknown(parameters: URLSearchParams, known: readonly string[]): void {
  for (const name of parameters.keys()) {
    if (!known.includes(name))
      throw new MillraceError(
        "UNKNOWN_QUERY_PARAMETER",
        `There is no query parameter ${JSON.stringify(name)}; ${known.length > 0 ? `there are: ${known.join(", ")}` : "none is taken here"}`,
      );
    if (parameters.getAll(name).length > 1)
      throw new MillraceError("INVALID_QUERY", `Query parameter "${name}" is given more than once`);
  }
}
