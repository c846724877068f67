import type { JobError, UndoRecord } from "./job.ts";
import { nextToUndo } from "./undo.ts";

/**
 * A try begins: counted before the work, so that one that kills its process is counted as well.
 *
 * @param notBefore until when this try can last: no other begins before
 */
export function undoBegun(undo: readonly UndoRecord[], notBefore: Date): UndoRecord[] {
  return change(undo, ({ rings: _, ...record }) => ({ ...record, attempt: record.attempt + 1, notBefore }));
}

interface Retry {
  /** Absent when the try was left because its process had to end: then it does not count. */
  readonly error?: JobError | undefined;
  readonly notBefore: Date;
}

/** A try came to nothing, and another follows. */
export function undoPutOff(undo: readonly UndoRecord[], { error, notBefore }: Retry): UndoRecord[] {
  return change(undo, (record) =>
    error ? { ...record, error, notBefore } : { ...record, attempt: record.attempt - 1, notBefore },
  );
}

/** It is taken back; or, with an error, it never will be, and those before it are seen to. */
export function undoSettled(undo: readonly UndoRecord[], error?: JobError): UndoRecord[] {
  return change(undo, ({ notBefore: _time, rings: _rings, error: _before, ...record }) =>
    error ? { ...record, status: "failed", error } : { ...record, status: "completed" },
  );
}

/** None of it will ever be taken back. */
export function undoAbandoned(undo: readonly UndoRecord[], error: JobError): UndoRecord[] {
  return nextToUndo(undo) ? undoAbandoned(undoSettled(undo, error), error) : [...undo];
}

/** Another message was put, in case the one before was lost. */
export function undoRung(undo: readonly UndoRecord[]): UndoRecord[] {
  return change(undo, (record) => ({ ...record, rings: (record.rings ?? 0) + 1 }));
}

function change(undo: readonly UndoRecord[], by: (record: UndoRecord) => UndoRecord): UndoRecord[] {
  const next = nextToUndo(undo);
  return undo.map((record) => (record === next ? by(record) : record));
}
