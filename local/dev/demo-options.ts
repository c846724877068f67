import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

export interface DemoOptions {
  /** The PDF to summarise. */
  readonly file: string;
  /** Show several job types, and a batch. */
  readonly batch: boolean;
  readonly style: "bullets" | "paragraph";
  readonly maxWords: number;
  /** The folder of the Functions app. */
  readonly app: string;
}

export const DEMO_USAGE = `Usage: npm run demo -- [options]

  --batch          three job types, one of which asks for approval, and a batch of 12 jobs
  --file PDF       the document to summarise (default samples/fhs-3.0.pdf)
  --style STYLE    bullets (default) or paragraph
  --words N        longest summary, in words (default 150)
  --app DIR        another Functions app with the same API (default this one)
  --help           show this`;

/** Reads the command line of `npm run demo`. Throws with a message for a person; "help" when that was asked for. */
export function parseDemoOptions(args: readonly string[], projectFolder: string): DemoOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      file: { type: "string", default: join(projectFolder, "samples", "fhs-3.0.pdf") },
      batch: { type: "boolean", default: false },
      style: { type: "string", default: "bullets" },
      words: { type: "string", default: "150" },
      app: { type: "string", default: projectFolder },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const { batch, style, words } = values;
  if (style !== "bullets" && style !== "paragraph")
    throw new Error(`Cannot write in style "${style}": expected bullets or paragraph`);
  if (!/^[1-9]\d*$/.test(words)) throw new Error(`Cannot write "${words}" words: expected a whole number`);
  return { file: resolve(values.file), batch, style, maxWords: Number(words), app: resolve(values.app) };
}
