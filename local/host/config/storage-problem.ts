import { messageOf } from "../logging/describe-error.ts";

/** Why storage cannot be used, in one sentence. Nobody who answers on this machine is mostly an emulator that is not running. */
export function storageProblem(error: unknown): string {
  const isRefused = (error as { code?: unknown } | null)?.code === "ECONNREFUSED";
  return isRefused
    ? `${messageOf(error)}. Start the storage emulator, if that is what should be there`
    : messageOf(error);
}
