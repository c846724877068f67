import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { JOB_EVENT_TYPES, JOB_PHASES, STATUS_OF, nextPhase } from "../../src/jobs/life/lifecycle.ts";

describe("ARCHITECTURE.md", () => {
  it("shows the life cycle as it is in the code", () => {
    const row = (cells: readonly string[]) =>
      `| ${cells.join(" | ")} |`.replaceAll("|  |", "| |").replaceAll("|  |", "| |");
    const table = [
      row(["phase", "status", ...JOB_EVENT_TYPES]),
      `|${"---|".repeat(JOB_EVENT_TYPES.length + 2)}`,
      ...JOB_PHASES.map((phase) =>
        row([phase, STATUS_OF[phase], ...JOB_EVENT_TYPES.map((event) => nextPhase(phase, event) ?? "")]),
      ),
    ].join("\n");
    expect(readFileSync("ARCHITECTURE.md", "utf8")).toContain(`a test compares -->\n${table}\n<!-- end -->`);
  });
});
