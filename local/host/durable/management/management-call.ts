import type { IncomingHttpHeaders } from "node:http";
import type { Hub } from "../hub.ts";
import type { ApiAddress } from "./links.ts";
import type { Query } from "./query.ts";

/** One request to the management API, once it has been found out what it is about. */
export interface ManagementCall {
  readonly hub: Hub;
  /** The parts of the path that have a name in the route, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Where the caller can ask again. */
  readonly url: string;
  readonly address: ApiAddress;
  /** Starts with the same one happen once; it is the id of an instance that was given none. */
  readonly startToken: string;
  readonly replacesRunning: boolean;
}
