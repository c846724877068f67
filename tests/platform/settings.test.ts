import { describe, expect, it } from "@jest/globals";
import { readSettings } from "../../src/platform/settings.ts";

const NEEDED = { AzureWebJobsStorage: "UseDevelopmentStorage=true", OPENAI_API_KEY: "key" };
const read = (environment: Record<string, string | undefined>) => readSettings({ ...NEEDED, ...environment });

describe("readSettings()", () => {
  it("needs no more than storage and a key, and fills in the rest", () => {
    expect(readSettings(NEEDED)).toEqual({
      ...NEEDED,
      JOB_QUEUES: { documents: "job-requests", images: "job-images" },
      INTAKE_QUEUE: "job-intake",
      BATCH_QUEUE: "batch-requests",
      INBOX_CONTAINER: "millrace-inbox",
      INBOX_SOURCE: "LogsAndContainerScan",
      RETENTION_DAYS: 30,
      OCCURRENCE_DAYS: 90,
      SCHEDULE_TICK: "0 * * * * *",
      GONE_DAYS: 30,
      FILE_RETENTION_DAYS: 365,
      CHECK_SCHEDULE: "0 17 3 * * *",
      FAILED_RETENTION_DAYS: 180,
      WORKER_CONCURRENCY: 8,
      HIGH_RESERVED: 1,
      SEQUENCE_GAP_SECONDS: 3600,
      LEASE_SECONDS: 60,
      ORCHESTRATION_LEASE_SECONDS: 300,
      PATIENCE_SECONDS: 120,
      SUPERVISE_SCHEDULE: "*/30 * * * * *",
      SHUTDOWN_GRACE_SECONDS: 2,
      MAX_WAITERS: 100,
      MAX_BODY_BYTES: 1_048_576,
      MAX_BATCH_BODY_BYTES: 8_388_608,
      MAX_UPLOAD_BYTES: 52_428_800,
      MODEL: "gpt-5-mini",
      MODEL_PRICES: {},
      MODEL_TIMEOUT_SECONDS: 120,
      FETCH_ALLOWED_ORIGINS: [],
      MAX_DOWNLOAD_BYTES: 26_214_400,
      DOWNLOAD_TIMEOUT_SECONDS: 30,
      EXTERNAL_WORKERS: new Map(),
      PDF_MEMORY_MB: 512,
      PDF_TIMEOUT_SECONDS: 60,
      PDF_MAX_PAGES: 2000,
    });
  });

  it("counts an empty value as not set, as the Azure portal means it", () => {
    const empty = Object.fromEntries(Object.keys(readSettings(NEEDED)).map((name) => [name, ""]));
    expect(readSettings({ ...empty, ...NEEDED })).toEqual(readSettings(NEEDED));
    expect(() => readSettings({ ...NEEDED, AzureWebJobsStorage: "" })).toThrow("AzureWebJobsStorage: is missing");
  });

  it("cannot be changed afterwards", () => {
    expect(Object.isFrozen(readSettings(NEEDED))).toBe(true);
  });

  it("passes over variables that are not its own", () => {
    expect(read({ PATH: "/bin" })).not.toHaveProperty("PATH");
  });

  it("names everything that is wrong at once", () => {
    const wrong = {
      AzureWebJobsStorage: undefined,
      LEASE_SECONDS: "1",
      PUBLIC_ORIGIN: "ftp://files.example.com",
      JOB_QUEUES: "documents",
      MODEL_PRICES: "{",
      PDF_MEMORY_MB: "many",
    };
    const message = messageOf(wrong);
    expect(message).toContain("6 setting(s) are wrong");
    for (const name of Object.keys(wrong)) expect(message).toContain(`  ${name}`);
    expect(message).toContain("AzureWebJobsStorage: is missing");
    expect(message).not.toContain("PDF_MEMORY_MB: is missing");
  });

  it.each([
    ["PUBLIC_ORIGIN", "s3cret"],
    ["JOB_QUEUES", "s3cret"],
    ["LEASE_SECONDS", "s3cret"],
    ["SUPERVISE_SCHEDULE", "s3cret"],
    ["OPENAI_BASE_URL", "s3cret"],
    ["AZURE_OPENAI_ENDPOINT", "s3cret"],
    ["MODEL_PRICES", "s3cret"],
    ["MODEL_PRICES", '{"gpt-5":"s3cret"}'],
    ["FETCH_ALLOWED_ORIGINS", "https://example.com,s3cret"],
    ["MAX_BODY_BYTES", "s3cret"],
    ["EXTERNAL_WORKERS", "n8n=s3cret"],
    ["EXTERNAL_WORKER_SECRET", "s3cret"],
    ["CALLBACK_SECRET", "s3cret"],
  ])("never repeats a value: %s", (name, value) => {
    const message = messageOf({ [name]: value });
    expect(message).toContain(name);
    expect(message).not.toContain("s3cret");
  });

  it("needs the key of one provider", () => {
    expect(() => readSettings({ AzureWebJobsStorage: "x" })).toThrow("OPENAI_API_KEY: is missing");
    expect(readSettings({ AzureWebJobsStorage: "x", AZURE_OPENAI_API_KEY: "k" })).toMatchObject({
      AZURE_OPENAI_API_KEY: "k",
    });
  });

  it("needs Azure's key beside Azure's endpoint", () => {
    expect(messageOf({ AZURE_OPENAI_ENDPOINT: "https://acme.openai.azure.com" })).toContain("AZURE_OPENAI_API_KEY");
  });

  function messageOf(environment: Record<string, string | undefined>): string {
    try {
      read(environment);
    } catch (thrown) {
      return (thrown as Error).message;
    }
    throw new Error("the settings were taken");
  }
});

describe("JOB_QUEUES", () => {
  it("says which queue carries which capability, white space aside", () => {
    expect(read({ JOB_QUEUES: " documents=docs , images=img-2,, " }).JOB_QUEUES).toEqual({
      documents: "docs",
      images: "img-2",
    });
  });

  // A queue name takes 3 to 63 characters, letters, digits and single dashes; `-high-poison` is added to it.
  const longest = "q".repeat(63 - "-high-poison".length);

  it.each(["abc", "a-b", longest])("takes %j as a queue name", (name) => {
    expect(read({ JOB_QUEUES: `documents=${name}` }).JOB_QUEUES).toEqual({ documents: name });
  });

  it.each(["ab", "a--b", "-ab", "ab-", "Abc", "a_b", `${longest}q`])("refuses %j as a queue name", (name) => {
    expect(() => read({ JOB_QUEUES: `documents=${name}` })).toThrow("JOB_QUEUES");
  });

  it("tells what a name may be", () => {
    expect(() => read({ JOB_QUEUES: `documents=${longest}q` })).toThrow("3 to 51 characters");
  });

  it.each(["a=docs,b=docs", "a=docs,b=docs-high", "a=docs,b=docs-low", "a=docs-poison,b=docs"])(
    "refuses %s: one queue would have two uses",
    (table) => {
      expect(() => read({ JOB_QUEUES: table })).toThrow("two uses");
    },
  );

  it("refuses a capability that is named twice: one of its queues would be forgotten", () => {
    expect(() => read({ JOB_QUEUES: "documents=docs,documents=more-docs" })).toThrow("JOB_QUEUES");
  });
});

describe("MODEL_PRICES", () => {
  it("gives dollars for a million tokens, by model", () => {
    const prices = { "my-deployment": { input_per_million_usd: 1.5, output_per_million_usd: 6 } };
    expect(read({ MODEL_PRICES: JSON.stringify(prices) }).MODEL_PRICES).toEqual(prices);
  });

  it.each([
    "[]",
    "7",
    '{"m":{"input_per_million_usd":1}}',
    '{"m":{"input_per_million_usd":-1,"output_per_million_usd":1}}',
  ])("refuses %s", (text) => {
    expect(() => read({ MODEL_PRICES: text })).toThrow("MODEL_PRICES");
  });
});

describe("EXTERNAL_WORKERS", () => {
  const secrets = {
    PUBLIC_ORIGIN: "https://jobs.example.com",
    EXTERNAL_WORKER_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    CALLBACK_SECRET: "c".repeat(32),
  };

  it("says where each worker is, white space aside", () => {
    const text = " n8n=https://n8n.example.com/webhook/a?b=c , ocr-2=http://127.0.0.1:9000/jobs,, ";
    expect([...read({ ...secrets, EXTERNAL_WORKERS: text }).EXTERNAL_WORKERS]).toEqual([
      ["n8n", "https://n8n.example.com/webhook/a?b=c"],
      ["ocr-2", "http://127.0.0.1:9000/jobs"],
    ]);
  });

  it.each(["n8n", "=https://a.example", "N8N=https://a.example", "a=ftp://a.example", "a=https://u:p@a.example", "a="])(
    "refuses %s",
    (text) => {
      expect(() => read({ ...secrets, EXTERNAL_WORKERS: text })).toThrow("EXTERNAL_WORKERS: is not name=https://");
    },
  );

  it("refuses a name that is given twice", () => {
    const text = "a=https://a.example,a=https://b.example";
    expect(() => read({ ...secrets, EXTERNAL_WORKERS: text })).toThrow("EXTERNAL_WORKERS: names a worker twice");
  });

  it.each(Object.keys(secrets))("needs %s beside it, and does without where there is no worker", (name) => {
    const incomplete = { ...secrets, [name]: undefined };
    expect(() => read({ ...incomplete, EXTERNAL_WORKERS: "a=https://a.example" })).toThrow(`${name}: is missing`);
    expect(read({ ...incomplete, EXTERNAL_WORKERS: "" }).EXTERNAL_WORKERS.size).toBe(0);
  });

  it.each(["whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", `whsec_${"A".repeat(88)}`])(
    "refuses %s as a secret",
    (secret) => {
      expect(() => read({ EXTERNAL_WORKER_SECRET: secret })).toThrow("EXTERNAL_WORKER_SECRET");
    },
  );

  it("takes several secrets, each of which must be one", () => {
    const { EXTERNAL_WORKER_SECRET: signing, CALLBACK_SECRET: callback } = secrets;
    expect(() =>
      read({ EXTERNAL_WORKER_SECRET: `${signing} ${signing}`, CALLBACK_SECRET: `${callback} ${callback}` }),
    ).not.toThrow();
    expect(() => read({ EXTERNAL_WORKER_SECRET: `${signing} whsec_` })).toThrow("EXTERNAL_WORKER_SECRET");
    expect(() => read({ CALLBACK_SECRET: `${callback} short` })).toThrow("CALLBACK_SECRET: is shorter than 32");
  });
});

describe("INTAKE_QUEUE", () => {
  it.each(["job-requests", "job-images-high", "job-requests-low-poison"])(
    "is none that jobs travel through: %s",
    (name) => {
      expect(() => read({ INTAKE_QUEUE: name })).toThrow("INTAKE_QUEUE: is a queue that jobs travel through");
    },
  );

  it("leaves room for its poison queue's name", () => {
    const longest = "q".repeat(63 - "-poison".length);
    expect(read({ INTAKE_QUEUE: longest }).INTAKE_QUEUE).toBe(longest);
    for (const name of [`${longest}q`, "ab", "a--b", "-ab", "A-b"])
      expect(() => read({ INTAKE_QUEUE: name })).toThrow("INTAKE_QUEUE");
  });
});

describe("INBOX_CONTAINER", () => {
  it.each(["millrace", "azure-webjobs-hosts", "$logs", "ab", "a--b"])("is not %s", (name) => {
    expect(() => read({ INBOX_CONTAINER: name })).toThrow("INBOX_CONTAINER");
  });
});

describe("INBOX_SOURCE", () => {
  it("is one of the two words that the host knows", () => {
    expect(read({ INBOX_SOURCE: "EventGrid" }).INBOX_SOURCE).toBe("EventGrid");
    expect(() => read({ INBOX_SOURCE: "eventgrid" })).toThrow("INBOX_SOURCE");
  });
});
