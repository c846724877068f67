import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { MAX_EDGES, MAX_ITEMS, buildGraph } from "../../src/batches/graph.ts";
import type { GraphNode } from "../../src/batches/graph.ts";
import { MillraceError } from "../../src/platform/errors.ts";

const node = (key: string, ...dependsOn: string[]): GraphNode => ({ key, dependsOn });

function refusalOf(nodes: readonly GraphNode[]): {
  readonly code: string;
  readonly errors: unknown;
  readonly message: string;
} {
  try {
    buildGraph(nodes);
  } catch (thrown) {
    if (thrown instanceof MillraceError)
      return { code: thrown.code, message: thrown.message, errors: thrown.details["errors"] };
  }
  throw new Error("It was accepted");
}

/** Any graph of up to eight items: each may depend on any two, itself included. */
const anyGraph = fc
  .integer({ min: 1, max: 8 })
  .chain((size) => fc.array(fc.uniqueArray(fc.nat(size - 1), { maxLength: 2 }), { minLength: size, maxLength: size }))
  .map((lists) => lists.map((list, index) => node(`k${index}`, ...list.map((parent) => `k${parent}`))));

/** Whether an order exists, found the slow way: by taking whatever is ready until nothing is. */
function hasOrder(nodes: readonly GraphNode[]): boolean {
  const done = new Set<string>();
  for (let round = 0; round < nodes.length; round++)
    for (const { key, dependsOn } of nodes) if (dependsOn.every((parent) => done.has(parent))) done.add(key);
  return done.size === nodes.length;
}

describe("buildGraph()", () => {
  it("accepts a graph if and only if an order exists in which everything comes after what it depends on (R-110)", () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(anyGraph, (nodes) => {
        if (hasOrder(nodes)) {
          accepted++;
          const { parents, children } = buildGraph(nodes);
          expect(parents.map((own) => own.map((parent) => `k${parent}`))).toEqual(
            nodes.map(({ dependsOn }) => dependsOn),
          );
          for (const [index, own] of parents.entries())
            for (const parent of own) expect(children[parent]).toContain(index);
          expect(children.flat()).toHaveLength(parents.flat().length);
        } else {
          refused++;
          expect(refusalOf(nodes).code).toBe("DEPENDENCY_CYCLE");
        }
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(accepted, refused)).toBeGreaterThan(50);
  });

  it("points at edges of one cycle, and at nothing that only stands behind it", () => {
    fc.assert(
      fc.property(anyGraph, (nodes) => {
        fc.pre(!hasOrder(nodes));
        const errors = refusalOf(nodes).errors as { readonly pointer: string }[];
        const edges = errors.map(({ pointer }) => {
          const [, , item, , position] = pointer.split("/");
          return { from: `k${item}`, to: nodes[Number(item)]?.dependsOn[Number(position)] };
        });
        expect(new Set(edges.map(({ from }) => from)).size).toBe(edges.length);
        for (const [place, { to }] of edges.entries()) expect(to).toBe(edges[(place + 1) % edges.length]?.from);
      }),
    );
  });

  it.each([
    { what: "itself", nodes: [node("a", "a")], keys: 1 },
    { what: "one that waits for it", nodes: [node("a", "b"), node("b", "a")], keys: 2 },
  ])("refuses an item that waits for $what", ({ nodes, keys }) => {
    const { code, errors } = refusalOf(nodes);
    expect(code).toBe("DEPENDENCY_CYCLE");
    expect(errors).toHaveLength(keys);
  });

  it("names ten keys at most of a long cycle, and finds it behind thousands of good items", () => {
    const cycle = Array.from({ length: 100 }, (_, index) => node(`c${index}`, `c${(index + 1) % 100}`));
    const chain = Array.from({ length: MAX_ITEMS - 100 }, (_, index) =>
      index === 0 ? node("g0", "c0") : node(`g${index}`, `g${index - 1}`),
    );
    const { message, errors } = refusalOf([...chain, ...cycle]);
    expect(errors).toHaveLength(10);
    expect(message).toMatch(/^These items wait for each other: ("c\d+", ){9}"c\d+", and 90 more$/);
  });

  it("takes a chain of as many items as there may be", () => {
    const chain = Array.from({ length: MAX_ITEMS }, (_, index) =>
      index === 0 ? node("k0") : node(`k${index}`, `k${index - 1}`),
    );
    expect(buildGraph(chain).children[0]).toEqual([1]);
  });

  it("says which dependency is unknown, which key repeated and which edge doubled", () => {
    expect(refusalOf([node("a"), node("b", "a", "x/y")])).toMatchObject({
      code: "UNKNOWN_DEPENDENCY",
      errors: [{ pointer: "/items/1/depends_on/1" }],
    });
    expect(refusalOf([node("a"), node("b"), node("a")])).toMatchObject({
      code: "DUPLICATE_KEY",
      errors: [{ pointer: "/items/2/key" }],
    });
    expect(refusalOf([node("a"), node("b", "a", "a")])).toMatchObject({
      code: "VALIDATION_FAILED",
      errors: [{ pointer: "/items/1/depends_on/1" }],
    });
  });

  it("does not take a name that all objects have for a key", () => {
    expect(refusalOf([node("a", "constructor")]).code).toBe("UNKNOWN_DEPENDENCY");
  });

  it("refuses one item and one edge more than there may be", () => {
    const items = Array.from({ length: MAX_ITEMS + 1 }, (_, index) => node(`k${index}`));
    expect(refusalOf(items).code).toBe("GRAPH_TOO_LARGE");
    const parents = Array.from({ length: 1000 }, (_, index) => `k${index}`);
    const edges = Array.from({ length: MAX_EDGES / 1000 }, (_, index) => node(`c${index}`, ...parents));
    const roots = parents.map((key) => node(key));
    expect(buildGraph([...roots, ...edges]).children[0]).toHaveLength(50);
    expect(refusalOf([...roots, ...edges, node("one", "k0")]).code).toBe("GRAPH_TOO_LARGE");
  });
});
