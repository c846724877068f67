import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";

/** Enough for a stack trace, little enough for an error message. */
const KEPT_CHARACTERS = 4_000;

export interface CapturedOutput {
  /** The end of what the child has written so far, both streams together, trimmed. */
  lastLines(): string;
}

/** Keeps the end of a child's output for error messages and, with "show", passes all of it on as it comes. */
export function captureOutput(child: ChildProcess, mode: "show" | "keep"): CapturedOutput {
  let kept = "";
  const capture = (stream: Readable | null, terminal: NodeJS.WritableStream) => {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      kept = (kept + text).slice(-KEPT_CHARACTERS);
      if (mode === "show") terminal.write(text);
    });
  };
  capture(child.stdout, process.stdout);
  capture(child.stderr, process.stderr);
  return { lastLines: () => kept.trim() };
}
