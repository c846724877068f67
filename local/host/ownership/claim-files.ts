import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** Who holds a claim; what the file says. */
export interface ClaimHolder {
  readonly instanceId: string;
  readonly url: string;
  readonly pid: number;
  readonly hostname: string;
  /** How long the claim holds without being renewed. */
  readonly leaseMs: number;
  /** Set when the holder gave it up. */
  readonly isReleased?: boolean;
}

export interface ClaimFile {
  readonly epoch: number;
  readonly path: string;
}

const NAME = /^claim-(\d{12})\.json$/;

/** The claims in a folder, oldest first. The last one counts; there are others only while hands change. */
export async function listClaims(folder: string): Promise<readonly ClaimFile[]> {
  const names = await readdir(folder);
  return names.sort().flatMap((name) => {
    const epoch = NAME.exec(name)?.[1];
    return epoch === undefined ? [] : [{ epoch: Number(epoch), path: join(folder, name) }];
  });
}

/** Who holds it, and when it was last renewed; undefined when a successor has just removed it. */
export async function readClaim({ path }: ClaimFile): Promise<{ holder: ClaimHolder; renewedAt: number } | undefined> {
  try {
    const { mtimeMs } = await stat(path);
    return { holder: JSON.parse(await readFile(path, "utf8")) as ClaimHolder, renewedAt: mtimeMs };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Takes the claim after `previous`. Of several hosts that try at once one succeeds, because a link is made or it is
 * there already. From the moment at which this removes the older files, their holders hold nothing.
 */
export async function takeClaim(
  folder: string,
  previous: ClaimFile | undefined,
  holder: ClaimHolder,
): Promise<ClaimFile | undefined> {
  const epoch = (previous?.epoch ?? 0) + 1;
  const claim = { epoch, path: join(folder, `claim-${String(epoch).padStart(12, "0")}.json`) };
  if (!(await createWhole(claim.path, holder))) return undefined;
  const claims = await listClaims(folder);
  if (claims.at(-1)?.epoch !== epoch) {
    // We were so slow that others have taken and passed on the one after `previous` meanwhile.
    await remove(claim.path);
    return undefined;
  }
  for (const older of claims) if (older.epoch < epoch) await remove(older.path);
  return claim;
}

/** Whether no successor has removed it. */
export async function isPresent({ path }: ClaimFile): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Returns false when a successor has removed it. */
export async function renewClaim({ path }: ClaimFile): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(path, now, now);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Lets the next host take over at once. The file stays: the numbers must not begin anew. */
export async function releaseClaim(claim: ClaimFile, holder: ClaimHolder): Promise<void> {
  if (!(await isPresent(claim))) return;
  const temporary = `${claim.path}.${holder.instanceId}`;
  await writeFile(temporary, JSON.stringify({ ...holder, isReleased: true }));
  await rename(temporary, claim.path);
}

/** The holder of a claim as this process would write it. */
export function describeSelf(facts: Pick<ClaimHolder, "instanceId" | "url" | "leaseMs">): ClaimHolder {
  return { ...facts, pid: process.pid, hostname: hostname() };
}

export async function createClaimFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
}

/** Makes a file appear with all its content, unless there is one of that name: returns false then. */
async function createWhole(path: string, holder: ClaimHolder): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, JSON.stringify(holder));
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await remove(temporary);
  }
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
