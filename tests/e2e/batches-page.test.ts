import { describe, expect, it } from "@jest/globals";
import { sh, shellBlocks, usePageSite } from "../support/documented-commands.ts";

/** The page's curl calls, in order; a quoted body may go over many lines. */
function curlCommands(): string[] {
  return shellBlocks("docs/batches.md").flatMap((block) =>
    block.split(/^(?=curl)/m).filter((part) => part.startsWith("curl")),
  );
}

describe("docs/batches.md", () => {
  const site = usePageSite();

  it("has curl calls that work as they stand, one after the other", async () => {
    const commands = curlCommands();
    const [submit = ""] = commands;
    const accepted = await run(submit);
    expect(accepted).toMatch(/^HTTP\/1\.1 202 [^]*^location: [^]*^retry-after: /im);
    const batchId = /"batch_id":"(batch_\w+)"/.exec(accepted)?.[1] ?? "";
    await ended(batchId);

    const answers: string[] = [];
    for (const command of commands.slice(1)) answers.push(await run(command, batchId));
    const [listed, read, history, jobs, cancelled, regenerated, again, ...others] = answers;
    expect(listed).toContain(`"batch_id":"${batchId}"`);
    expect(read).toContain('"status":"completed"');
    expect(read).toMatch(/"key":"both","status":"completed","job_id":"job_\w{26}","depends_on":\["mill","bridge"\]/);
    expect(history).toContain('"event":"completed"');
    expect(jobs?.match(/"batch_key":"(?:mill|bridge|both)"/g)).toHaveLength(3);
    expect(cancelled).toContain('"code":"BATCH_ALREADY_ENDED"');
    expect(regenerated).toMatch(/"status":"running".*"key":"mill","status":"accepted"/);
    expect(again).toContain('"begun":0,"left":0,"refused":[]');
    expect(others).toEqual([]);
    await ended(batchId);
  });

  it("cancels a batch that is under way", async () => {
    await site().model.stop(); // So that no item completes.
    const [submit = "", ...others] = curlCommands();
    const cancel = others.find((command) => command.includes("/cancel")) ?? "";
    const batchId = /"batch_id":"(batch_\w+)"/.exec(await run(submit))?.[1] ?? "";
    expect(await run(cancel, batchId)).toContain(`"batch_id":"${batchId}"`);
    expect(await ended(batchId)).toBe("cancelled");
  });

  const run = async (command: string, batchId = "BATCH_ID") =>
    sh(`BASE=${site().host.url}; ${command.replaceAll("BATCH_ID", batchId)}`);

  async function ended(batchId: string): Promise<string> {
    for (;;) {
      const answer = await fetch(`${site().host.url}/api/batches/${batchId}`);
      const { status, ended_at: endedAt } = (await answer.json()) as { status: string; ended_at?: string };
      if (endedAt !== undefined) return status;
    }
  }
});
