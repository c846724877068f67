import { describe, expect, it } from "@jest/globals";
import { startTogether } from "../../../local/dev/start-together.ts";

const aService = (stopped: string[], name: string) => ({
  name,
  stop: async () => {
    stopped.push(name);
  },
});

describe("startTogether()", () => {
  it("hands over what has started, in order, and leaves out what was left out", async () => {
    const starting = [Promise.resolve(aService([], "one")), Promise.resolve(undefined)] as const;
    const [one, none] = await startTogether([...starting]);
    expect([one.name, none]).toEqual(["one", undefined]);
  });

  it("stops what has started when something could not start, and says what", async () => {
    const stopped: string[] = [];
    const late = new Promise<ReturnType<typeof aService>>((resolve) =>
      setImmediate(() => {
        resolve(aService(stopped, "late"));
      }),
    );
    const starting = startTogether([
      Promise.resolve(aService(stopped, "early")),
      Promise.reject(new Error("no room")),
      late,
    ]);
    await expect(starting).rejects.toThrow("no room");
    expect(stopped).toEqual(["early", "late"]);
  });
});
