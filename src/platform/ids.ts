import { createHash, randomBytes } from "node:crypto";

/** Crockford's base 32: digits in the order of their value, so text sorts like the number it spells. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

/** 48 bits of Unix milliseconds take ten digits of five bits. */
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;
const OPERATION_DIGITS = 8;

/**
 * A new id: prefix, milliseconds since 1970, then 80 random bits. Later ids sort after earlier ones.
 *
 * @param prefix what a person reads: `job`, `file`
 */
export function newId(prefix: string, now: Date): string {
  return `${prefix}_${timeDigits(now)}${randomDigits(RANDOM_DIGITS)}`;
}

/** The file of something that was made then, the same for the same text. */
export function fileIdOfDigest(text: string, at: Date): string {
  return `file_${timeDigits(at)}${digestDigits(text).slice(0, RANDOM_DIGITS)}`;
}

/** A new operation of a job. It carries the job's own digits, so that the job is found without an index. */
export function newOperationId(jobId: string): string {
  return `op_${digitsOf(jobId)}${randomDigits(OPERATION_DIGITS)}`;
}

/** The job that an operation belongs to. */
export function jobIdOfOperation(operationId: string): string {
  return `job_${digitsOf(operationId).slice(0, TIME_DIGITS + RANDOM_DIGITS)}`;
}

/**
 * The job that belongs to this place of something older: the same id whoever makes it. It begins with the other's time,
 * so that all of them stand together where ids sort by time.
 */
export function derivedJobId(ownerId: string, place: string): string {
  const random = digestDigits(`${ownerId}|${place}`).slice(0, RANDOM_DIGITS);
  return `job_${timeOf(ownerId)}${random}`;
}

/** The operation of this number, of a job that has derived ids. */
export function derivedOperationId(jobId: string, number: number): string {
  return `op_${digitsOf(jobId)}${digestDigits(`${jobId}|${number}`).slice(0, OPERATION_DIGITS)}`;
}

/** What the ids have in common that were made in the same millisecond, counted downwards as `newestFirst()` does. */
export function newestFirstOfTime(id: string): string {
  return newestFirst(`time_${timeOf(id)}`);
}

/** The dead letter of an operation that failed then: made of both, so that it is written once, and the latest come last. */
export function deadLetterIdOf(operationId: string, failedAt: Date): string {
  return `dead_${timeDigits(failedAt)}${digitsOf(operationId)}`;
}

/** The operation that a dead letter tells of. */
export function operationIdOfDeadLetter(deadLetterId: string): string {
  return `op_${digitsOf(deadLetterId).slice(TIME_DIGITS)}`;
}

/** As many digits as an operation's, the same for the same text: two texts share none in practice (170 bits). */
export function digestDigits(text: string): string {
  const bytes = createHash("sha512").update(text).digest();
  return digitsFrom(bytes.subarray(0, TIME_DIGITS + RANDOM_DIGITS + OPERATION_DIGITS));
}

/** The dead letter of a message that nobody could read then. `digits` stand where those of an operation would. */
export function deadLetterIdOfMessage(digits: string, at: Date): string {
  return deadLetterIdOf(`op_${digits}`, at);
}

/** An id behind those of all dead letters since `time`, where the latest come first. */
export function deadLetterIdAt(time: Date): string {
  return deadLetterIdOf(`op_${DIGITS.charAt(0).repeat(TIME_DIGITS + RANDOM_DIGITS + OPERATION_DIGITS)}`, time);
}

/** A new random token that nobody can guess or repeat: 26 digits, 130 bits. */
export function newToken(): string {
  return randomDigits(TIME_DIGITS + RANDOM_DIGITS);
}

/**
 * The same id, counted downwards: where ids sort by time, these sort newest first. Table Storage returns rows in the
 * order of their keys and in no other.
 */
export function newestFirst(id: string): string {
  return Array.from(digitsOf(id), (digit) => DIGITS[DIGITS.length - 1 - DIGITS.indexOf(digit)]).join("");
}

/** The value, 0 to 31, of an id's last digit: evenly spread, since the digit is random. */
export function lastDigit(id: string): number {
  return DIGITS.indexOf(id.slice(-1));
}

/** The same id, ending in the digit of this value (0 to 31). */
export function withLastDigit(id: string, value: number): string {
  return id.slice(0, -1) + DIGITS.charAt(value);
}

function timeOf(id: string): string {
  return digitsOf(id).slice(0, TIME_DIGITS);
}

function digitsOf(id: string): string {
  return id.slice(id.indexOf("_") + 1);
}

function timeDigits(now: Date): string {
  let rest = now.getTime();
  let text = "";
  for (let position = 0; position < TIME_DIGITS; position++) {
    text = DIGITS.charAt(rest % DIGITS.length) + text;
    rest = Math.floor(rest / DIGITS.length);
  }
  return text;
}

function randomDigits(count: number): string {
  return digitsFrom(randomBytes(count));
}

function digitsFrom(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => DIGITS.charAt(byte % DIGITS.length)).join("");
}
