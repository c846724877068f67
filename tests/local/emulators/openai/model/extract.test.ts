import { describe, expect, it } from "@jest/globals";
import { extract } from "../../../../../local/emulators/openai/model/extract/extract.ts";
import type { Wanted } from "../../../../../local/emulators/openai/model/extract/schema.ts";

const INVOICE = `ACME Mills Ltd.
Invoice number: 2026-17
Contact: jane@example.org
Issued on 3 March 2026, due on April 30th, 2026.
Total: 1,119.50 EUR. VAT is 19 percent.
Items: grain, flour and stones.
It is not paid. Status is overdue. See https://acme.example/pay for details.
The mill has a wheel of 4 metres and 12 spokes.
`;

const ask = (properties: Record<string, Wanted>, text = INVOICE, required = Object.keys(properties)) =>
  extract(text, { type: "object", properties, required });

describe("extract()", () => {
  it("finds what stands behind a name and a colon, in whatever way the name is written", () => {
    const expected = "2026-17";
    expect(ask({ invoiceNumber: {}, invoice_number: {}, "invoice-number": {} })).toEqual({
      invoiceNumber: expected,
      invoice_number: expected,
      "invoice-number": expected,
    });
  });

  it("finds dates, numbers, addresses and options by what stands near to them", () => {
    expect(
      ask({
        issued: { type: "string", format: "date" },
        deadline: { type: "string", format: "date", description: "When it is due" },
        total: { type: "number" },
        vat: { type: "integer" },
        spokes: { type: "integer" },
        email: { type: "string", format: "email" },
        link: { type: "string", format: "uri" },
        status: { enum: ["open", "paid", "overdue"] },
        paid: { type: "boolean" },
      }),
    ).toEqual({
      issued: "2026-03-03",
      deadline: "2026-04-30",
      total: 1119.5,
      vat: 19,
      spokes: 12,
      email: "jane@example.org",
      link: "https://acme.example/pay",
      status: "overdue",
      paid: false,
    });
  });

  it("finds lists, titles, and the sentence that speaks of something", () => {
    expect(
      ask({
        items: { type: "array", items: { type: "string" }, maxItems: 2 },
        title: { type: "string" },
        wheel: { type: "object", properties: { size: { type: "string", description: "metres" } } },
      }),
    ).toEqual({
      items: ["grain", "flour"],
      title: "ACME Mills Ltd.",
      wheel: { size: "The mill has a wheel of 4 metres and 12 spokes." },
    });
    expect(
      ask({ parts: { type: "array", items: { type: "string" } } }, "Parts are:\n\n- a wheel\n- a stone\n"),
    ).toEqual({
      parts: ["a wheel", "a stone"],
    });
    const owners: Record<string, Wanted> = { owners: { type: "array", items: { type: "string" } } };
    expect(ask(owners, "Parts are:\n\n- a wheel\n- a stone\n")).toEqual({ owners: [] });
  });

  it("heeds bounds", () => {
    expect(ask({ total: { type: "number", maximum: 20 }, title: { type: "string", maxLength: 6 } })).toMatchObject({
      title: "ACME",
    });
    const { total } = ask({ total: { type: "number", maximum: 20, exclusiveMinimum: 18 } }) as { total: number };
    expect(total).toBe(19);
  });

  it("leaves out what is not there, and makes up no more than it must", () => {
    const properties: Record<string, Wanted> = {
      discount: { type: ["number", "null"] },
      rebate: { type: "number", minimum: 1 },
      zebra: { type: "string" },
      stripes: { type: "array", items: { type: "object", properties: { zebra: {} } }, minItems: 1 },
    };
    expect(ask(properties)).toEqual({ discount: null, rebate: 1, zebra: "", stripes: [{}] });
    expect(ask(properties, INVOICE, [])).toMatchObject({ stripes: [{}] });
    expect(ask({ zebra: {}, discount: { type: "number" } }, INVOICE, [])).toEqual({});
  });

  it("ends, whatever the schema", () => {
    const circle: { properties: Record<string, Wanted> } = { properties: {} };
    circle.properties["again"] = circle;
    expect(extract(INVOICE, circle)).toHaveProperty("again.again.again");
  });
});
