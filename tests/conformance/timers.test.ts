import { beforeAll, describe, expect, it } from "@jest/globals";
import { openTestQueues } from "../local/host/support/queues.ts";
import type { TestQueues } from "../local/host/support/queues.ts";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";

const stamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/) as unknown;

describe.each(moduleSystems)("timer functions (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem);
  let queues: TestQueues;
  beforeAll(() => {
    queues = openTestQueues(host.storage);
  });

  it("run on their schedule; of one that is due more often than once a minute no status is kept", async () => {
    const tick = { schedule: { adjustForDST: expect.any(Boolean) }, isPastDue: false };
    expect(await queues.takeJson("ticks")).toMatchObject(tick);
    expect(await queues.takeJson("ticks")).toMatchObject(tick);
  });

  it("run at start when asked to, with a schedule from the settings (R-236)", async () => {
    // A host that runs already has started long ago; its message still waits unless an earlier run of this suite took it.
    expect(await queues.takeJson("timer-starts")).toMatchObject({
      isPastDue: false,
      scheduleStatus: { last: stamp, next: stamp, lastUpdated: stamp },
    });
  });

  it("can be started by hand, once more and at once", async () => {
    const answer = await fetch(`${host.url}/admin/functions/atStart`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ input: "" }),
    });
    expect(answer.status).toBe(202);
    expect(await queues.takeJson("timer-starts")).toMatchObject({ isPastDue: false });
  });

  it("are retried by their policy, and know of it", async () => {
    expect(await queues.takeJson("retries")).toEqual({
      retryContext: expect.objectContaining({
        retryCount: 2,
        maxRetryCount: 3,
        exception: expect.objectContaining({ message: expect.stringContaining("not yet") }),
      }),
    });
  });
});
