import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { answerEmpty } from "../../server/answer.ts";
import type { HttpData } from "../../worker/protocol.ts";
import { formatCookie } from "./cookies.ts";

/** Framing belongs to the connection between client and host; the function's idea of it would corrupt the message. */
const FRAMING = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade"]);
const BODILESS = new Set([204, 205, 304]);

/** Writes what an HTTP function returned; nothing at all is 204. The bytes are not copied. */
export function writeResponse(response: ServerResponse, http: HttpData | null | undefined): void {
  if (!http) {
    answerEmpty(response, 204);
    return;
  }
  const status = Number(http.statusCode ?? 200);
  const headers: OutgoingHttpHeaders = {};
  for (const name in http.headers) if (!FRAMING.has(name)) headers[name] = http.headers[name];
  if (http.cookies?.length) headers["set-cookie"] = http.cookies.map(formatCookie);
  const bytes = http.body?.bytes;
  const isHead = response.req.method === "HEAD";
  // A HEAD function may announce the length of the body it does not send; otherwise the body decides.
  if (!(isHead && headers["content-length"] !== undefined)) delete headers["content-length"];
  if (!BODILESS.has(status) && !isHead) headers["content-length"] = bytes?.byteLength ?? 0;
  response.writeHead(status, headers);
  response.end(
    bytes && bytes.byteLength > 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : undefined,
  );
}
