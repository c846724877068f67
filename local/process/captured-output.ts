import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";

/** Enough for a stack trace, little enough for an error message. */
const KEPT_CHARACTERS = 4_000;

export interface CapturedOutput {
  /** The end of what the child has written so far, both streams together, trimmed; nothing of what has been shown. */
  lastLines(): string;
}

/** Passes a child's output on as it comes ("show"), or keeps the end of it for error messages ("keep"). */
export function captureOutput(child: ChildProcess, mode: "show" | "keep"): CapturedOutput {
  let kept = "";
  const capture = (stream: Readable | null, terminal: NodeJS.WritableStream) => {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      if (mode === "show") terminal.write(text);
      else kept = (kept + text).slice(-KEPT_CHARACTERS);
    });
  };
  capture(child.stdout, process.stdout);
  capture(child.stderr, process.stderr);
  return { lastLines: () => kept.trim() };
}
