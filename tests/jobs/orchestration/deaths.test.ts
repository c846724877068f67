import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { z } from "zod";
import { createCallbackTokens } from "../../../src/delivery/callback-token.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";
import { startPipeline } from "../../../src/steps/pipeline.ts";
import { startHttpServer } from "../../support/http-server.ts";
import type { TestServer } from "../../support/http-server.ts";
import { createLedApp } from "../../support/led-app.ts";
import type { LedApp } from "../../support/led-app.ts";
import { echoProfile } from "../../support/profiles.ts";

/** The dead leave their timers behind, which would keep this process alive. */
const intervals = jest.spyOn(globalThis, "setInterval");
let worker: TestServer | undefined;
afterEach(async () => {
  for (const { value } of intervals.mock.results) clearInterval(value as NodeJS.Timeout);
  intervals.mockClear();
  await worker?.stop();
});

const SECRET = "c".repeat(32);
const tokens = createCallbackTokens(SECRET);

const LARGE = "x".repeat(20_000); // Its checkpoint is a blob.
const start = startPipeline<{ text: string }>().step("before", { timeoutMs: 10_000 }, async () => LARGE);

function profileOf(steps: Profile["steps"]): Profile {
  return { ...echoProfile(), orchestrated: true, result: z.object({ text: z.string() }), steps };
}

interface Case {
  readonly profile: Profile;
  /** What brings the waiting to its end. */
  readonly end: (app: LedApp, path: string) => Promise<unknown>;
}

const CASES: Record<string, Case> = {
  "an approval": {
    profile: profileOf(
      start
        .approval("ask", {
          timeoutMs: 7_200_000,
          escalateAfterMs: 60_000,
          onTimeout: "reject",
          show: () => ({ title: "Go?" }),
        })
        .step("after", { timeoutMs: 10_000 }, async ({ outputs }) => ({ text: outputs.ask.decision })).steps,
    ),
    end: async (app, path) =>
      app.send("POST", `${path}/decision`, {
        headers: { "x-ms-client-principal-name": "bob" },
        body: { decision: "approve" },
      }),
  },
  "a poll": {
    profile: profileOf(
      start.poll("look", { everyMs: 60_000, deadlineMs: 7_200_000, timeoutMs: 10_000 }, async ({ payload }) => ({
        done: true,
        output: { text: payload.text },
      })).steps,
    ),
    end: async () => undefined,
  },
  "a call": {
    profile: profileOf(
      start.call("call", {
        worker: "w",
        request: () => ({}),
        answer: z.object({ text: z.string() }),
        deadlineMs: 7_200_000,
      }).steps,
    ),
    end: async (app, path) => {
      const operationId = String((await app.view(path))["operation_id"]);
      const target = { workspaceId: "default", operationId, step: "call" };
      await app.send("POST", `/api/callbacks/${tokens.make(target)}`, { body: { text: "done" } });
    },
  },
};

describe("a process that dies in the middle of a step that waits", () => {
  it.each(Object.entries(CASES))("changes nothing of what comes of it: %s", async (_, { profile, end }) => {
    worker = await startHttpServer((__, response) => response.writeHead(202).end());
    let deaths = 0;
    for (const at of ["before", "after"] as const)
      for (let nth = 1; ; nth++) {
        const app = await createLedApp(profile, {
          EXTERNAL_WORKERS: `w=${worker.origin}/w`,
          EXTERNAL_WORKER_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
          CALLBACK_SECRET: SECRET,
          PUBLIC_ORIGIN: "https://jobs.example.com",
        });
        app.dieAt({ nth, at });
        const path = await app.submit("alice");
        await app.pass(61);
        await end(app, path);
        await app.pass(61);
        expect(await app.view(path)).toMatchObject({ status: "completed", attempt: 1 });
        if (!app.hasDied()) break;
        deaths++;
      }
    expect(deaths).toBeGreaterThan(6);
  });
});
