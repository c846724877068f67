import type { LogSink } from "../../src/platform/log.ts";

/** Takes log lines, each as its level and text. */
export function collectLog(): { readonly sink: LogSink; readonly lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (line: string) => lines.push(`${level} ${line}`);
  return { sink: { info: write("info"), warn: write("warn"), error: write("error") }, lines };
}
