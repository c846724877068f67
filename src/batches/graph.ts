import type { FieldError } from "../contract/problem.ts";
import { MillraceError } from "../platform/errors.ts";

/** What a request says of one item, as far as the graph is concerned. */
export interface GraphNode {
  readonly key: string;
  readonly dependsOn: readonly string[];
}

/** Who waits for whom, by the items' places in the request. */
export interface Graph {
  readonly parents: readonly (readonly number[])[];
  readonly children: readonly (readonly number[])[];
}

/** A batch of more is several batches: it is checked in one request, and its rows stand in one partition. */
export const MAX_ITEMS = 10_000;
export const MAX_EDGES = 50_000;

/** Nobody reads on after so many. */
const FAULTS_TOLD = 10;

/**
 * The graph of a request's items. It is accepted if and only if an order exists in which everything comes after what it
 * depends on. Takes time in proportion to items and edges, and no stack (Kahn, "Topological sorting of large networks",
 * 1962).
 *
 * @throws MillraceError GRAPH_TOO_LARGE; DUPLICATE_KEY, UNKNOWN_DEPENDENCY, VALIDATION_FAILED, DEPENDENCY_CYCLE with `errors`
 */
export function buildGraph(nodes: readonly GraphNode[]): Graph {
  requireSize(nodes);
  const places = placesOf(nodes);
  const parents = nodes.map((node, index) => parentsOf(node, { index, places }));
  const children = nodes.map((): number[] => []);
  for (const [index, own] of parents.entries()) for (const parent of own) children[parent]?.push(index);
  const graph = { parents, children };
  const rest = afterOrder(graph);
  if (rest.size > 0) throw cycleFound(nodes, cycleIn(graph, rest));
  return graph;
}

function requireSize(nodes: readonly GraphNode[]): void {
  const edges = nodes.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);
  if (nodes.length > MAX_ITEMS)
    throw new MillraceError("GRAPH_TOO_LARGE", `The batch has ${nodes.length} items; ${MAX_ITEMS} is the most`);
  if (edges > MAX_EDGES)
    throw new MillraceError("GRAPH_TOO_LARGE", `The batch has ${edges} dependencies; ${MAX_EDGES} is the most`);
}

function placesOf(nodes: readonly GraphNode[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const errors: FieldError[] = [];
  for (const [index, { key }] of nodes.entries()) {
    const first = places.get(key);
    if (first === undefined) places.set(key, index);
    else errors.push({ pointer: `/items/${index}/key`, message: `is the key of item ${first} as well` });
  }
  if (errors.length > 0) throw refusal("DUPLICATE_KEY", "Two items have the same key", errors);
  return places;
}

interface Place {
  readonly index: number;
  readonly places: ReadonlyMap<string, number>;
}

function parentsOf({ dependsOn }: GraphNode, { index, places }: Place): number[] {
  const seen = new Set<string>();
  return dependsOn.map((key, position) => {
    const pointer = `/items/${index}/depends_on/${position}`;
    const parent = places.get(key);
    if (parent === undefined)
      throw refusal("UNKNOWN_DEPENDENCY", `An item depends on ${JSON.stringify(key)}, which is not in the batch`, [
        { pointer, message: "is the key of no item of this batch" },
      ]);
    if (seen.has(key))
      throw refusal("VALIDATION_FAILED", `An item depends twice on ${JSON.stringify(key)}`, [
        { pointer, message: "is named before" },
      ]);
    seen.add(key);
    return parent;
  });
}

/** What is left when everything is taken away, again and again, that depends on nothing any more. */
function afterOrder({ parents, children }: Graph): Set<number> {
  const waitsFor = parents.map((own) => own.length);
  const ready = waitsFor.flatMap((count, index) => (count === 0 ? [index] : []));
  const rest = new Set(parents.keys());
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    rest.delete(next);
    for (const child of children[next] ?? []) {
      const left = (waitsFor[child] ?? 0) - 1;
      waitsFor[child] = left;
      if (left === 0) ready.push(child);
    }
  }
  return rest;
}

/** A cycle among items each of which has a parent among them: whoever goes from parent to parent comes round. */
function cycleIn({ parents }: Graph, rest: ReadonlySet<number>): number[] {
  const path: number[] = [];
  const placeInPath = new Map<number, number>();
  let [at] = rest;
  while (at !== undefined && !placeInPath.has(at)) {
    placeInPath.set(at, path.length);
    path.push(at);
    at = parents[at]?.find((parent) => rest.has(parent));
  }
  return path.slice(at === undefined ? 0 : placeInPath.get(at));
}

function cycleFound(nodes: readonly GraphNode[], cycle: readonly number[]): MillraceError {
  const keyOf = (index: number | undefined) => nodes[index ?? -1]?.key ?? "";
  const named = cycle.slice(0, FAULTS_TOLD);
  const errors = named.map((index, position) => {
    const parent = keyOf(cycle[(position + 1) % cycle.length]);
    const edge = nodes[index]?.dependsOn.indexOf(parent) ?? 0;
    return { pointer: `/items/${index}/depends_on/${edge}`, message: `is part of a cycle: "${parent}"` };
  });
  const keys = named.map((index) => JSON.stringify(keyOf(index))).join(", ");
  const more = cycle.length > named.length ? `, and ${cycle.length - named.length} more` : "";
  return refusal("DEPENDENCY_CYCLE", `These items wait for each other: ${keys}${more}`, errors);
}

function refusal(
  code: "DUPLICATE_KEY" | "UNKNOWN_DEPENDENCY" | "VALIDATION_FAILED" | "DEPENDENCY_CYCLE",
  message: string,
  errors: readonly FieldError[],
): MillraceError {
  return new MillraceError(code, message, { details: { errors: errors.slice(0, FAULTS_TOLD) } });
}
