import { assertContainerName } from "../../blobs/blob-path.ts";
import { parseTemplate } from "../../config/binding-template.ts";

/** The `path` of a blob trigger: one container, and which of its blobs. */
export interface PathPattern {
  readonly container: string;
  /** What the blob's name says about each `{…}` of the pattern; undefined when the blob is not meant. */
  match(blobName: string): Readonly<Record<string, string>> | undefined;
}

/** Where the hosts themselves and the storage service keep their books: a trigger on them would feed itself. */
const RESERVED_CONTAINER = /^(?:azure-webjobs-|\$logs$)/;

/**
 * Reads `container`, `container/name` or `container/{folder}/{name}.txt`. Each expression takes as much as it can. Throws when
 * the container has an expression, is reserved, or the pattern is not one.
 */
export function parsePathPattern(path: string): PathPattern {
  const slash = path.indexOf("/");
  const container = slash < 0 ? path : path.slice(0, slash);
  if (slash === 0 || slash === path.length - 1 || container.includes("\\"))
    throw new Error(`Invalid blob trigger path '${path}'. Paths must be in the format 'container/blob'.`);
  if (container.includes("{"))
    throw new Error(`Invalid blob trigger path '${path}'. Container paths cannot contain {resolve} tokens.`);
  assertContainerName(container);
  if (RESERVED_CONTAINER.test(container))
    throw new Error(`A blob trigger cannot watch the container '${container}', which is kept for the host's own blobs`);
  return { container, match: slash < 0 ? () => ({}) : matcher(path.slice(slash + 1), path) };
}

function matcher(blobPattern: string, path: string): PathPattern["match"] {
  const tokens = parseTemplate(blobPattern);
  const names = tokens.flatMap((token) => ("expression" in token ? [token.expression] : []));
  const nested = names.find((name) => name.includes("."));
  if (nested !== undefined)
    throw new Error(
      `Invalid blob trigger path '${path}'. Capture expressions can't include dot operators: '${nested}'`,
    );
  const source = tokens.map((token) => ("literal" in token ? escapeRegExp(token.literal) : "(.*)")).join("");
  const pattern = new RegExp(`^${source}$`);
  return (blobName) => {
    const found = pattern.exec(blobName);
    return found ? Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ""])) : undefined;
  };
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
