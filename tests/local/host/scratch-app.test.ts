import { afterAll, describe, expect, it } from "@jest/globals";
import { startHostProcess, stopHostProcesses } from "./support/host-process.ts";
import { createScratchApp } from "./support/scratch-app.ts";
import type { ScratchApp } from "./support/scratch-app.ts";
import { until } from "./support/until.ts";

const IMPORTS = {
  commonjs: 'const { app } = require("@azure/functions");\nconst df = require("durable-functions");\n',
  module: 'import { app } from "@azure/functions";\nimport * as df from "durable-functions";\n',
};

const FUNCTIONS = `
app.http("httpTrigger1", {
  methods: ["GET", "POST"],
  authLevel: "anonymous",
  handler: async (request, context) => {
    context.log(\`Http function processed request for url "\${request.url}"\`);
    const name = request.query.get("name") || (await request.text()) || "world";
    return { body: \`Hello, \${name}! \${typeof df.getClient}\` };
  },
});
df.app.orchestration("hello1Orchestrator", function* (context) {
  const outputs = [];
  for (const city of ["Tokyo", "Seattle", "Cairo"]) outputs.push(yield context.df.callActivity("hello1", city));
  return outputs;
});
df.app.activity("hello1", { handler: (input) => \`Hello, \${input}\` });
app.http("hello1HttpStart", {
  route: "orchestrators/{orchestratorName}",
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const instanceId = await client.startNew(request.params.orchestratorName, { input: await request.text() });
    return client.createCheckStatusResponse(request, instanceId);
  },
});
app.cosmosDB("changes", { connection: "Cosmos", databaseName: "d", containerName: "c", handler: async () => undefined });
`;

describe("an app created from scratch, outside of the repository", () => {
  const apps: ScratchApp[] = [];
  afterAll(async () => {
    await stopHostProcesses();
    for (const app of apps) app.remove();
  });

  it.each(["commonjs", "module"] as const)("runs with packages of its own as %s", async (type) => {
    const app = createScratchApp("copy", type);
    apps.push(app);
    app.write("src/functions/httpTrigger1.js", IMPORTS[type] + FUNCTIONS);
    const host = await startHostProcess({ app: app.folder });
    const answer = await fetch(`${host.url}/api/httpTrigger1`, { method: "POST", body: "Azure" });
    expect(await answer.text()).toBe("Hello, Azure! function");

    const started = await fetch(`${host.url}/api/orchestrators/hello1Orchestrator`, { method: "POST" });
    expect(started.status).toBe(202);
    const { statusQueryGetUri } = (await started.json()) as { statusQueryGetUri: string };
    const output = await until(async () => {
      const status = (await (await fetch(statusQueryGetUri)).json()) as { runtimeStatus: string; output: unknown };
      return status.runtimeStatus === "Completed" ? status.output : undefined;
    }, "the orchestration to end");
    expect(output).toEqual(["Hello, Tokyo", "Hello, Seattle", "Hello, Cairo"]);

    const { port } = new URL(host.url);
    await host.printed(/Executed 'Functions\.httpTrigger1'/);
    const lines = host.output();
    expect(lines).toContain(
      "\nFunctions:\n\n" +
        "\tchanges: in error (The trigger type 'cosmosDBTrigger' is not supported by this host, which serves ",
    );
    expect(lines).toContain(`\thttpTrigger1: [GET,POST] http://localhost:${port}/api/httpTrigger1\n`);
    expect(lines).toMatch(/\] \[Information\] Host lock lease acquired by instance ID '0{24}[0-9A-F]{8}'\.\n/);
    expect(lines).toMatch(
      /\] \[Information\] Executing 'Functions\.httpTrigger1' \(Reason='This function was programmatically called via the host APIs\.', Id=[0-9a-f-]{36}\)\n/,
    );
    expect(lines).toMatch(
      /\] \[Information\] \[Function\.httpTrigger1\.User\] Http function processed request for url "http:\/\/127\.0\.0\.1:\d+\/api\/httpTrigger1"\n/,
    );
    expect(lines).toMatch(
      /\] \[Information\] Executed 'Functions\.httpTrigger1' \(Succeeded, Id=[0-9a-f-]{36}, Duration=\d+ms\)\n/,
    );
  });
});
