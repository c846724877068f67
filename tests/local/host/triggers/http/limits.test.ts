import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";
import { until } from "../../support/until.ts";

describe("an app with limits, its own headers, CORS, and comments in its settings", () => {
  let host: HostProcess;
  const get = (path: string, init?: RequestInit) => fetch(`${host.url}/api/${path}`, init);
  const release = () => fetch(`${host.url}/admin/functions/release`, { method: "POST", body: "{}" });

  beforeAll(async () => {
    host = await startHostProcess({ app: "limits" });
  });
  afterAll(stopHostProcesses);

  it("runs two requests, keeps one waiting, and refuses more with 429", async () => {
    const running = [get("wait"), get("wait")];
    await until(() => executing() === 2, "two to run");
    const { waiting: leaver, refused } = await fillQueue("wait");
    expect([refused.status, await refused.text()]).toEqual([429, ""]);
    await host.printed(/\[Information\] Http request queue limit of 3 has been exceeded\./);
    leaver.control.abort(); // who goes away gives the place in the queue to another
    await expect(leaver.answer).rejects.toThrow("aborted");
    const { waiting: third } = await fillQueue("hello");
    await release();
    expect(await (await third.answer).text()).toBe("hello");
    expect(executing()).toBe(2);
    await release();
    for (const response of await Promise.all(running)) expect(await response.text()).toBe("waited");
  });

  it("sends its custom headers with every function's response", async () => {
    const { headers } = await get("hello");
    expect([headers.get("x-content-type-options"), headers.get("strict-transport-security")]).toEqual([
      "nosniff",
      null,
    ]);
  });

  it("answers the preflight of an origin it knows, and of others without headers", async () => {
    const preflight = (origin: string) =>
      get("hello", {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "PUT", "access-control-request-headers": "x-a,x-b" },
      });
    const known = await preflight("https://one.example");
    expect(known.status).toBe(204);
    expect(Object.fromEntries(known.headers)).toMatchObject({
      "access-control-allow-origin": "https://one.example",
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "PUT",
      "access-control-allow-headers": "x-a,x-b",
      vary: "Origin",
    });
    const unknown = await preflight("https://three.example");
    expect([unknown.status, unknown.headers.get("access-control-allow-origin")]).toEqual([204, null]);
  });

  it("lets the origins it knows read its answers", async () => {
    const { headers } = await get("hello", { headers: { origin: "https://two.example" } });
    expect(headers.get("access-control-allow-origin")).toBe("https://two.example");
    expect((await get("hello")).headers.get("access-control-allow-origin")).toBeNull();
  });

  /**
   * Asks until one request has the only place in the queue: it has no answer, though three that were sent after it were
   * refused. All others are refused then, so that none is on its way any more that could take the place next.
   */
  async function fillQueue(path: string): Promise<{ readonly waiting: Asked; readonly refused: Response }> {
    const all: Asked[] = [];
    const isOpen = ({ response }: Asked) => response === undefined;
    await until(() => {
      all.push(ask(path));
      const behind = all.slice(all.findIndex(isOpen) + 1);
      return behind.filter(({ response }) => response?.status === 429).length >= 3;
    }, `a request of "${path}" to wait`);
    await until(() => all.filter(isOpen).length === 1, "all others to be refused");
    const [waiting] = all.filter(isOpen);
    const refused = all.find(({ response }) => response?.status === 429)?.response;
    if (!waiting || !refused) throw new Error("A request was answered that was to wait");
    return { waiting, refused };
  }

  interface Asked {
    readonly control: AbortController;
    readonly answer: Promise<Response>;
    response?: Response;
  }

  function ask(path: string): Asked {
    const control = new AbortController();
    const asked: Asked = { control, answer: get(path, { signal: control.signal }) };
    asked.answer.then(
      (response) => (asked.response = response),
      () => undefined, // The test looks at the answer of the one that it aborts.
    );
    return asked;
  }

  function executing(): number {
    return host.output().split("Executing 'Functions.wait'").length - 1;
  }
});
