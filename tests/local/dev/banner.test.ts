import { describe, expect, it } from "@jest/globals";
import { formatBanner } from "../../../local/dev/banner.ts";

const facts = {
  url: "http://localhost:7071",
  samplesOrigin: "http://127.0.0.1:5000",
  storagePorts: { blob: 10_000, queue: 10_001, table: 10_002 },
  data: ".millrace",
  env: {},
};

describe("formatBanner()", () => {
  it("ends with a request that works as it is pasted", () => {
    expect(formatBanner(facts).trim().split("\n").at(-1)?.trim()).toBe(
      `curl -s -X POST http://localhost:7071/api/jobs -H 'Content-Type: application/json' -d '{"job_type":"thumbnail","customer_id":"cust-123","payload":{"asset_url":"http://127.0.0.1:5000/mill.png"}}'`,
    );
  });

  it("says which services are real", () => {
    expect(formatBanner(facts)).toMatch(
      /Storage +on this machine, connection string UseDevelopmentStorage=true\n +Model +offline, no key needed, no cost/,
    );
    const env = { AzureWebJobsStorage: "secret", OPENAI_API_KEY: "secret" };
    const text = formatBanner({ ...facts, storagePorts: undefined, env });
    expect(text).toMatch(/Storage +as AzureWebJobsStorage says\n +Model +as the environment says/);
    expect(text).not.toContain("secret");
  });

  it("says where storage is when its usual ports were taken", () => {
    const text = formatBanner({ ...facts, storagePorts: { blob: 10_000, queue: 4001, table: 10_002 } });
    expect(text).toMatch(/Storage +on this machine, ports 10000 \(blobs\), 4001 \(queues\), 10002 \(tables\)/);
  });
});
