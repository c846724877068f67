import { readdirSync, readFileSync } from "node:fs";
import { mkdir, open, readdir, readFile, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseHolder } from "./claim-holder.ts";
import type { ClaimHolder } from "./claim-holder.ts";

/** A numbered file in a folder that hosts share. The one with the highest number counts. */
export interface ClaimFile {
  readonly epoch: number;
  readonly path: string;
}

export interface ReadClaim {
  /** Undefined when the file holds something else: its writer is at work, or was cut off by a loss of power. */
  readonly holder: ClaimHolder | undefined;
  readonly renewedAt: number;
}

const NAME = /^claim-(\d{12})\.json$/;

/** The claim that counts; undefined when there has never been one. Creates the folder. */
export async function findClaim(folder: string): Promise<ClaimFile | undefined> {
  return (await listClaims(folder)).at(-1);
}

/** Who holds it, and when it was last renewed; undefined when a successor has just removed it. */
export async function readClaim({ path }: ClaimFile): Promise<ReadClaim | undefined> {
  return unlessMissing(async () => {
    const { mtimeMs } = await stat(path);
    return { holder: parseHolder(await readFile(path, "utf8")), renewedAt: mtimeMs };
  });
}

/**
 * Takes the claim after `previous`. Of several hosts that try at once one succeeds, because a file is created or it is
 * there already. From that moment on the earlier holders hold nothing.
 */
export async function takeClaim(
  folder: string,
  previous: ClaimFile | undefined,
  holder: ClaimHolder,
): Promise<ClaimFile | undefined> {
  const claim = claimOf(folder, (previous?.epoch ?? 0) + 1);
  if (!(await create(claim.path, holder))) return undefined;
  const claims = await listClaims(folder);
  if (claims.at(-1)?.epoch !== claim.epoch) {
    // We were so slow that others have taken and passed on the one after `previous` meanwhile.
    await remove(claim.path);
    return undefined;
  }
  for (const older of claims) if (older.epoch < claim.epoch) await remove(older.path);
  return claim;
}

/**
 * Whether it still counts and is this holder's: a folder that was emptied numbers anew. Asked before every deed of an owner,
 * so it takes the short way to the disk: some 30 µs, where four steps through the thread pool would take ten times as long.
 */
export function isHeldBy(claim: ClaimFile, folder: string, { instanceId }: ClaimHolder): boolean {
  try {
    if (epochsIn(readdirSync(folder)).at(-1) !== claim.epoch) return false;
    return parseHolder(readFileSync(claim.path, "utf8"))?.instanceId === instanceId;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** Starts the lease anew. A claim that a successor has removed is left alone. */
export async function renewClaim({ path }: ClaimFile): Promise<void> {
  const now = new Date();
  await unlessMissing(() => utimes(path, now, now));
}

/** Lets the next host take over at once. The file stays, because the numbers must not begin anew. */
export async function releaseClaim({ path }: ClaimFile, holder: ClaimHolder): Promise<void> {
  await unlessMissing(async () => {
    const file = await open(path, "r+"); // the new text is the longer one: it covers the old
    try {
      await file.writeFile(JSON.stringify({ ...holder, isReleased: true }));
    } finally {
      await file.close();
    }
  });
}

async function listClaims(folder: string): Promise<readonly ClaimFile[]> {
  await mkdir(folder, { recursive: true });
  return epochsIn(await readdir(folder)).map((epoch) => claimOf(folder, epoch));
}

function epochsIn(names: readonly string[]): readonly number[] {
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((one, other) => one - other);
}

function claimOf(folder: string, epoch: number): ClaimFile {
  return { epoch, path: join(folder, `claim-${String(epoch).padStart(12, "0")}.json`) };
}

/** Returns false when there is a file of that name. On a full disk it leaves none behind, if it can. */
async function create(path: string, holder: ClaimHolder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(holder), { flag: "wx", flush: true });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    await remove(path);
    throw error;
  }
}

async function remove(path: string): Promise<void> {
  await unlessMissing(() => unlink(path));
}

async function unlessMissing<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
