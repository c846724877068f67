import { describe, expect, it } from "@jest/globals";
import type { AppFunction } from "../../../../../local/host/functions/app-function.ts";
import { createRouteTable, decodePath } from "../../../../../local/host/triggers/http/route-table.ts";

function httpFunction(name: string, settings: Record<string, unknown> = {}): AppFunction {
  const binding = { type: "httpTrigger", direction: "in", ...settings } as const;
  const registered = {
    id: name,
    metadata: { name, bindings: {} },
    callback: () => undefined,
    scriptFile: "",
    directory: "",
  };
  return { name, registered, trigger: { name: "request", binding }, inputs: [], outputs: [], isDisabled: false };
}

describe("createRouteTable()", () => {
  it("takes the first function that matches path and method", () => {
    const table = createRouteTable("api");
    for (const fn of [
      httpFunction("a", { route: "x/{id}", methods: ["GET"] }),
      httpFunction("b", { route: "x/{other}", methods: ["POST"] }),
      httpFunction("c"),
    ])
      table.add(fn);
    expect(table.find("POST", "/api/x/1")).toMatchObject({ target: { fn: { name: "b" } }, params: { other: "1" } });
    expect(table.find("DELETE", "/api/x/1")).toBeUndefined();
    expect(table.find("PATCH", "/api/C")?.target.fn.name).toBe("c");
    expect(table.find("GET", "/c")).toBeUndefined();
  });

  it.each(["admin", "/Admin/x", "administer", "runtime/webhooks"])("refuses the reserved route %s", (route) => {
    expect(() => createRouteTable("api").add(httpFunction("f", { route }))).toThrow(
      "The specified route conflicts with one or more built in routes.",
    );
  });

  it("refuses the reserved name of a function without a route", () => {
    expect(() => createRouteTable("api").add(httpFunction("adminTools"))).toThrow(/built in routes/);
  });

  it("refuses a route that another function has for a shared method only", () => {
    const table = createRouteTable("");
    table.add(httpFunction("a", { route: "x", methods: ["GET"] }));
    table.add(httpFunction("b", { route: "x", methods: ["POST"] }));
    expect(() => table.add(httpFunction("c", { route: "/X/" }))).toThrow(
      "The route specified conflicts with the route defined by function 'a'.",
    );
  });

  it("refuses an unknown auth level", () => {
    expect(() => createRouteTable("").add(httpFunction("a", { authLevel: "user" }))).toThrow(/"authLevel" must be/);
  });
});

describe("decodePath()", () => {
  it("decodes everything but slashes, and leaves malformed parts alone", () => {
    expect(decodePath("/a%20b/%C3%A9%2Fc%2f")).toBe("/a b/é%2Fc%2f");
    expect(decodePath("/100%")).toBe("/100%");
  });
});
