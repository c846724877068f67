import { readdir, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

export interface FileWatch {
  stop(): void;
}

export interface FileWatchParts {
  readonly folder: string;
  /** A path in it that is not watched: where the host itself writes. */
  readonly besides: string;
  readonly onChange: (names: readonly string[]) => void;
}

/** Two looks without a change end a burst of them: a compiler or a checkout writes many files. */
const LOOK_EVERY_MS = 250;

/** What a build or the running app writes, and what nobody edits. */
const IGNORED = /^(?:\.|node_modules$|__azurite_|coverage$)|\.(?:log|new|tmp|swp)$|~$/;

type Snapshot = ReadonlyMap<string, string>;

/**
 * Calls `onChange` with the names of the files of a folder that have changed, come or gone, once they have come to rest.
 * It looks at times and sizes instead of asking the system for events, which are lost on shared and mounted folders.
 */
export async function watchFiles({ folder, besides, onChange }: FileWatchParts): Promise<FileWatch> {
  const root = resolve(folder);
  const takeSnapshot = async (): Promise<Snapshot> => {
    const files = new Map<string, string>();
    await collect(root, besides, files);
    return files;
  };
  const changed = new Set<string>();
  let seen = await takeSnapshot();
  let isStopped = false;

  async function look(): Promise<void> {
    const now = await takeSnapshot();
    const names = differences(seen, now);
    seen = now;
    for (const name of names) changed.add(name);
    if (isStopped || names.length > 0 || changed.size === 0) return;
    onChange([...changed].map((path) => relative(root, path)).sort());
    changed.clear();
  }

  let looking: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    looking ??= look().finally(() => (looking = undefined));
  }, LOOK_EVERY_MS);
  return {
    stop() {
      isStopped = true;
      clearInterval(timer);
    },
  };
}

function differences(before: Snapshot, after: Snapshot): readonly string[] {
  const gone = [...before.keys()].filter((path) => !after.has(path));
  return [...gone, ...[...after].filter(([path, facts]) => before.get(path) !== facts).map(([path]) => path)];
}

/** What vanishes between the listing and the look at it has gone: the next snapshot does not have it either. */
async function collect(folder: string, besides: string, files: Map<string, string>): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (IGNORED.test(entry.name) || path === besides) return;
      if (entry.isDirectory()) await collect(path, besides, files);
      const facts = entry.isDirectory() ? undefined : await stat(path).catch(() => undefined);
      if (facts?.isFile() === true) files.set(path, `${facts.mtimeMs} ${facts.size}`);
    }),
  );
}
