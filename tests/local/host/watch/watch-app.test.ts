import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { forkHost, startHostProcess, stopHostProcesses } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { createScratchApp } from "../support/scratch-app.ts";
import { until } from "../support/until.ts";

const functionsFile = (answer: string) => `
import { app } from "@azure/functions";
const authLevel = "anonymous";
app.http("hello", { authLevel, handler: async () => ({ jsonBody: { answer: ${JSON.stringify(answer)}, pid: process.pid } }) });
app.http("slow", { authLevel, route: "slow/{ms}", handler: async (request) => {
  await new Promise((resolve) => setTimeout(resolve, Number(request.params.ms)));
  return { body: ${JSON.stringify(answer)} };
} });
app.timer("yearly", { schedule: "0 0 0 1 1 *", handler: async () => undefined });
`;

describe("watchApp()", () => {
  const app = createScratchApp("link");
  let host: HostProcess;
  const get = (path: string) => fetch(`${host.url}/api/${path}`, { headers: { connection: "close" } });
  const hello = async () => (await (await get("hello")).json()) as { answer: string; pid: number };
  const count = (text: string) => host.output().split(text).length - 1;

  beforeAll(async () => {
    app.write("src/functions/all.js", functionsFile("one"));
    host = await startHostProcess({ app: app.folder, args: ["--watch"], stateFolder: `${app.folder}/state` });
  });
  afterAll(async () => {
    await stopHostProcesses();
    app.remove();
  });

  it("lets what runs finish, makes new requests wait for the new code, and says what has changed", async () => {
    expect((await hello()).answer).toBe("one");
    const slow = get("slow/1500");
    await host.printed(/Executing 'Functions\.slow'/);
    app.write("src/functions/all.js", functionsFile("two"));
    await host.printed(/\[Information\] Changed: src\/functions\/all\.js\. Starting the app anew\./);
    const waiting = Array.from({ length: 20 }, () => hello());
    expect(await (await slow).text()).toBe("one");
    expect(new Set((await Promise.all(waiting)).map(({ answer }) => answer))).toEqual(new Set(["two"]));
  });

  it("loses no request of clients that never stop asking", async () => {
    let isOver = false;
    const answers: string[] = [];
    const asking = Array.from({ length: 5 }, async (_, index) => {
      const headers = index > 2 ? {} : { connection: "close" };
      while (!isOver) {
        const { answer } = (await (await fetch(`${host.url}/api/hello`, { headers })).json()) as { answer: string };
        answers.push(answer);
      }
    });
    app.write("src/functions/all.js", functionsFile("busy"));
    await until(() => answers.at(-1) === "busy", "the new code to answer");
    isOver = true;
    await Promise.all(asking);
    expect(new Set(answers)).toEqual(new Set(["two", "busy"]));
  });

  it("hands over what only one host may do", async () => {
    const before = count("Host lock lease acquired");
    app.write("host.json", '{ "version": "2.0" }');
    await until(() => count("Host lock lease acquired") === before + 1, "the next host to own the timers");
    expect(host.output()).not.toContain("lease lost");
  });

  it("shows what is wrong with new code, answers 503, and tries the next change", async () => {
    app.write("src/functions/all.js", "this is no JavaScript");
    await host.printed(/The app cannot be started\. Waiting for the next change\./);
    expect(count('Worker was unable to load entry point "src/functions/all.js"')).toBe(1);
    const response = await get("hello");
    expect(response.status).toBe(503);
    expect(await response.text()).toMatch(/^The app cannot be started: Worker was unable to load [^]*SyntaxError/);
    app.write("src/functions/all.js", functionsFile("three"));
    expect(await until(async () => (await hello().catch(() => undefined))?.answer, "an answer")).toBe("three");
  });

  it("ignores what nobody edits, and takes many changes at once for one", async () => {
    const before = count("Changed:");
    app.write("node_modules/x/index.js", "");
    app.write(".git/index", "");
    app.write(".functions/timers/x.json", "");
    app.write("state/timers/x.json", "");
    for (let index = 0; index < 5; index += 1) app.write(`lib/${index}.js`, "");
    await host.printed(/Changed: lib\/0\.js, lib\/1\.js, lib\/2\.js and 2 more\./);
    expect(count("Changed:")).toBe(before + 1);
    expect((await hello()).answer).toBe("three");
  });

  it("starts again after a crash with the next change", async () => {
    process.kill((await hello()).pid, "SIGKILL");
    await host.printed(/The app has ended with signal SIGKILL\. Waiting for the next change\./);
    app.write("src/functions/all.js", functionsFile("four"));
    expect(await until(async () => (await hello().catch(() => undefined))?.answer, "an answer")).toBe("four");
  });

  it("gives up code that never comes to an end while it is loaded, for the next change", async () => {
    app.write("src/functions/all.js", 'console.log("loads for ever"); await new Promise(() => undefined);');
    await host.printed(/loads for ever/);
    app.write("src/functions/all.js", functionsFile("five"));
    expect(await until(async () => (await hello().catch(() => undefined))?.answer, "an answer")).toBe("five");
  });

  it("ends with its app on SIGINT", async () => {
    const { pid } = await hello();
    host.child.kill("SIGINT");
    expect(await host.exited).toBe(0);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("ends although its app is still loading", async () => {
    app.write("src/functions/all.js", 'console.log("loads for ever"); await new Promise(() => undefined);');
    const { child, output, exited } = forkHost({ app: app.folder, args: ["--watch"] });
    await until(() => output().includes("loads for ever"), "the app to load");
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
  });
});
