import { describe, expect, it } from "@jest/globals";
import { openTable } from "../../../../local/host/tables/open-table.ts";

describe("openTable()", () => {
  const environment = { AzureWebJobsStorage: "UseDevelopmentStorage=true", TABLE: "Things" };
  const open = (tableName: unknown) => openTable({ type: "table", direction: "in", tableName }, environment);

  it("resolves settings at once and expressions for each invocation", () => {
    expect(open("%TABLE%{year}")(() => ({ year: 2026 })).tableName).toBe("Things2026");
  });

  it.each([
    [undefined, /"tableName" must name a table, found nothing/],
    [7, /"tableName" must be a text, found 7/],
    ["a-b", /A table name must be 3 to 63 letters and digits.*found 'a-b'/],
    ["1ab", /found '1ab'/],
  ])("refuses %j at the start", (tableName, reason) => {
    expect(() => open(tableName)).toThrow(reason);
  });

  it("refuses a name that an expression has spoilt", () => {
    expect(() => open("{name}")(() => ({ name: "a b" }))).toThrow(/found 'a b'/);
  });
});
