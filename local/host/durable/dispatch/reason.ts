/** What the log says of why a Durable function runs: the extension gives no reason, and .NET prints that so. */
export const DURABLE_REASON = "(null)";
