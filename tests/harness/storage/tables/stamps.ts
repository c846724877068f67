export interface Stamp {
  readonly etag: string;
  readonly timestamp: Date;
}

/** Each version of a row has an etag that no other version has, made of its time as the real service does. */
export function createStamps(now: () => Date): () => Stamp {
  let count = 0;
  return () => {
    count += 1;
    const timestamp = now();
    const text = timestamp.toISOString().replace("Z", `${String(count).padStart(6, "0")}Z`);
    return { timestamp, etag: `W/"datetime'${encodeURIComponent(text)}'"` };
  };
}
