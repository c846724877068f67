import { StorageFault } from "../wire.ts";
import type { WireRequest } from "../wire.ts";
import type { Blob } from "./blob.ts";

type Header = WireRequest["header"];

/** @throws StorageFault 409 for a blob that was to be new and is not, 412 for another version than the one named */
export function checkWriteCondition(blob: Blob | undefined, header: Header): void {
  const mustBeNew = header("if-none-match") === "*";
  if (mustBeNew && blob) throw new StorageFault(409, "BlobAlreadyExists");
  checkMatch(blob, header);
  if (!mustBeNew && blob && header("if-none-match") === blob.etag) throw new StorageFault(412, "ConditionNotMet");
}

/** @throws StorageFault 304 for the version that the reader has, 412 for another version than the one named */
export function checkReadCondition(blob: Blob, header: Header): void {
  checkMatch(blob, header);
  if (header("if-none-match") === blob.etag) throw new StorageFault(304, "ConditionNotMet");
}

function checkMatch(blob: Blob | undefined, header: Header): void {
  const wanted = header("if-match");
  if (wanted === undefined) return;
  if (!blob || (wanted !== "*" && wanted !== blob.etag)) throw new StorageFault(412, "ConditionNotMet");
}
