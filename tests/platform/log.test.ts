import { describe, expect, it } from "@jest/globals";
import { InvariantError, MillraceError } from "../../src/platform/errors.ts";
import { logTo } from "../../src/platform/log.ts";

function record(): { lines: string[]; log: ReturnType<typeof logTo> } {
  const lines: string[] = [];
  const sink = (level: string) => (line: string) => {
    lines.push(`${level}: ${line}`);
  };
  return { lines, log: logTo({ info: sink("info"), warn: sink("warn"), error: sink("error") }) };
}

/** The one line that logging this error gives. */
function lineOf(thrown: unknown): string {
  const { lines, log } = record();
  log.error("it broke", {}, thrown);
  expect(lines).toHaveLength(1);
  return lines.join();
}

describe("logTo()", () => {
  it("writes the event and its facts as one line of its level", () => {
    const { lines, log } = record();
    log.info("job done", { job_id: "job_1", attempt: 2, code: undefined });
    log.warn("job fenced", {});
    expect(lines).toEqual(['info: job done {"job_id":"job_1","attempt":2}', "warn: job fenced {}"]);
  });

  it("lets no value forge a line", () => {
    const { lines, log } = record();
    log.info("job done", { customer_id: 'x"}\ninfo: job done {"customer_id":"y\r\u0000' });
    expect(lines).toHaveLength(1);
    // eslint-disable-next-line no-control-regex -- a control character in a log line is what is looked for
    expect(lines.join()).not.toMatch(/[\u0000-\u001f]/);
  });

  it("says what our own errors say, and what caused them", () => {
    const cause = Object.assign(new Error("AccountKey=secret"), { code: "AuthFailed", statusCode: 403 });
    const line = lineOf(new MillraceError("STORAGE_UNAVAILABLE", "Storage did not answer", { cause }));
    expect(JSON.parse(line.slice("error: it broke ".length))).toMatchObject({
      error: {
        name: "MillraceError",
        code: "STORAGE_UNAVAILABLE",
        message: "Storage did not answer",
        cause: { name: "Error", code: "AuthFailed", status: 403 },
      },
    });
  });

  it.each([
    ["its message", new Error("key=secret")],
    ["a message of many lines, whose last ones stand among the stack's first", new Error("no\nkey=secret\nkey=secret")],
    ["the message of a cause", new MillraceError("INTERNAL", "no", { cause: new Error("no\nkey=secret") })],
    ["the message of a cause's cause", new Error("no", { cause: new Error("no", { cause: new Error("key=secret") }) })],
    ["a text that was thrown", "key=secret"],
    ["an object that was thrown", { key: "secret" }],
  ])("leaves out what others say: %s", (_, thrown) => {
    expect(lineOf(thrown)).not.toContain("secret");
  });

  it("says where an unknown error comes from", () => {
    expect(lineOf(new Error("no\nno"))).toMatch(/log\.test\.[jt]s/);
  });

  it("says by which of our own invariants it was: the id is looked for in the source", () => {
    expect(lineOf(new InvariantError("9f1c3a6e", "Cannot do that"))).toContain("<9f1c3a6e>");
  });

  it("says the facts of our own errors, and the error of a warning", () => {
    const { lines, log } = record();
    log.warn(
      "attempt failed",
      { attempt: 1 },
      new MillraceError("DOWNLOAD_FAILED", "gone", { details: { status: 502 } }),
    );
    expect(lines.join()).toMatch(/^warn: attempt failed \{"attempt":1,"error":.*"details":\{"status":502\}/);
  });

  it("survives an error that is its own cause", () => {
    const loop = new Error("round and round");
    loop.cause = loop;
    expect(lineOf(loop)).toContain("it broke");
  });
});
