import { randomUUID } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isJsonObject } from "../config/json-file.ts";

/** Who holds a claim; what its file says. */
export interface ClaimHolder {
  readonly instanceId: string;
  readonly url: string;
  readonly pid: number;
  /** Differs between processes, also between those that had the same number one after the other. */
  readonly processToken: string;
  /** Where the number of the process means something: the machine, and on Linux the container. */
  readonly machine: string;
  /** How long the claim holds without being renewed. */
  readonly leaseMs: number;
  /** Set when the holder gave it up. */
  readonly isReleased?: boolean;
}

const PROCESS_TOKEN = randomUUID();

/** The holder as this process would write it. */
export function describeSelf(facts: Pick<ClaimHolder, "instanceId" | "url" | "leaseMs">): ClaimHolder {
  return { ...facts, pid: process.pid, processToken: PROCESS_TOKEN, machine: thisMachine() };
}

/** Undefined when the text is none: a machine that loses power may leave an empty file. */
export function parseHolder(text: string): ClaimHolder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether we know that its process has ended; of another machine or container we know nothing. */
export function isGone({ machine, pid, processToken }: ClaimHolder): boolean {
  if (machine !== thisMachine()) return false;
  if (pid === process.pid) return processToken !== PROCESS_TOKEN;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function isHolder(value: unknown): value is ClaimHolder {
  if (!isJsonObject(value)) return false;
  const areTexts = ["instanceId", "url", "processToken", "machine"].every((key) => typeof value[key] === "string");
  return areTexts && Number.isInteger(value["pid"]) && Number(value["leaseMs"]) > 0;
}

/** Containers with the network of their machine share its name, but not its process numbers. */
function thisMachine(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname(); // not Linux
  }
}
