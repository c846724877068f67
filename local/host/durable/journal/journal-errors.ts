import { messageOf } from "../../logging/describe-error.ts";

/** Another host owns the hub now: nothing that this one writes counts. */
export class LostOwnershipError extends Error {
  override readonly name = "LostOwnershipError";

  constructor(folder: string, epoch: number) {
    super(
      `Cannot record a change of the Durable hub in "${folder}": another host has taken it over (epoch ${epoch} was held)`,
    );
  }
}

/**
 * A write has failed. Nothing more is recorded by this process: after a failed sync nobody can tell what of the file is on
 * the disk, and a later sync that succeeds would not say so.
 */
export class JournalBrokenError extends Error {
  override readonly name = "JournalBrokenError";

  constructor(path: string, cause: unknown) {
    super(
      `Cannot write the Durable journal "${path}": ${messageOf(cause)}. Nothing more is recorded until the host starts again`,
      {
        cause,
      },
    );
  }
}

/** The file is not what a journal is; a start with what can be read would forget what cannot. */
export class DamagedJournalError extends Error {
  override readonly name = "DamagedJournalError";

  constructor(path: string, where: string, reason: string) {
    super(
      `Cannot read the Durable journal "${path}", ${where}: ${reason}. ` +
        "Put back a copy of the file, or delete its folder to begin without instances",
    );
  }
}

export class JournalFormatError extends Error {
  override readonly name = "JournalFormatError";

  constructor(path: string, found: unknown, wanted: number) {
    super(
      `Cannot read the Durable journal "${path}": it is in format ${JSON.stringify(found)}, and this version of the host ` +
        `reads format ${wanted}. Start the version that wrote it, or delete its folder to begin without instances`,
    );
  }
}

/** Whether a commit was refused because no commit is taken any more. */
export function isEndOfJournal(error: unknown): boolean {
  return [LostOwnershipError, JournalBrokenError, JournalClosedError].some((kind) => error instanceof kind);
}

export class JournalClosedError extends Error {
  override readonly name = "JournalClosedError";

  constructor(path: string) {
    super(`Cannot use the Durable journal "${path}": it has been closed`);
  }
}
