export interface RowKey {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** What a row holds: flat values, as Table Storage knows them. */
export type Row = RowKey & Readonly<Record<string, string | number | boolean | Date | undefined>>;

/** A row as it was read, with the version that a conditional write must name. */
export interface StoredRow {
  readonly row: Row;
  readonly etag: string;
}

/** Other rows of the same partition, which change in the same transaction or not at all. */
export interface Beside {
  /** Replaced, each if it still has its etag. */
  readonly replace?: readonly StoredRow[];
  /** Written over whatever is there. */
  readonly put?: readonly Row[];
  /** Deleted, whatever their version; one that is gone already stops nothing. */
  readonly remove?: readonly RowKey[];
}
