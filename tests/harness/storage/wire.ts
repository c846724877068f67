/** A request to a storage service, as far as a service looks at it. */
export interface WireRequest {
  readonly method: string;
  /** Decoded, without the slash in front. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By its lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What all three services of an account share. */
export interface ServiceOptions {
  readonly now: () => Date;
  /** 0 to 1: picks where the real service promises no order. */
  readonly chance: () => number;
  /** Told of every row that a request changed, after all of it is done. */
  readonly onCommit?: ((commit: RowCommit) => void) | undefined;
  /** Told of every blob that a request wrote or deleted. */
  readonly onBlob?: ((name: string, bytes: Buffer | undefined) => void) | undefined;
}

export interface RowCommit {
  /** The same for all rows that one request changed. */
  readonly transaction: number;
  readonly table: string;
  readonly before: StoredEntity | undefined;
  /** Nothing when the row was deleted. */
  readonly after: StoredEntity | undefined;
}

/** A row with its properties as they came over the wire, type annotations among them. */
export interface StoredEntity {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly etag: string;
  readonly timestamp: Date;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** An answer that is no success; each service writes it down in its own way. */
export class StorageFault extends Error {
  override readonly name = "StorageFault";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

export function invalidInput(): StorageFault {
  return new StorageFault(400, "InvalidInput");
}
