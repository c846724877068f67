import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { answerEmpty } from "../../server/answer.ts";
import type { HttpData } from "../../worker/protocol.ts";
import { formatCookie } from "./cookies.ts";

/** Framing belongs to the connection between client and host; the function's idea of it would corrupt the message. */
const FRAMING = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade"]);
const BODILESS = new Set([204, 205, 304]);
const NO_BYTES = new Uint8Array();

/** Writes what an HTTP function returned; nothing at all is 204. The bytes are not copied. */
export function writeResponse(response: ServerResponse, http: HttpData | null | undefined): void {
  if (!http) {
    answerEmpty(response, 204);
    return;
  }
  const status = Number(http.statusCode ?? 200);
  const bytes = http.body?.bytes ?? NO_BYTES;
  const headers = copyHeaders(http);
  const { "content-length": announced } = headers;
  delete headers["content-length"];
  // A HEAD function may announce the length of the body it does not send; otherwise the body decides.
  if (response.req.method === "HEAD") headers["content-length"] = announced ?? bytes.byteLength;
  else if (!BODILESS.has(status)) headers["content-length"] = bytes.byteLength;
  response.writeHead(status, headers);
  response.end(bytes.byteLength > 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : undefined);
}

function copyHeaders({ headers, cookies }: HttpData): OutgoingHttpHeaders {
  const copy: OutgoingHttpHeaders = {};
  for (const name in headers) if (!FRAMING.has(name)) copy[name] = headers[name];
  const { "set-cookie": own = [] } = copy;
  if (cookies && cookies.length > 0) copy["set-cookie"] = [own, cookies.map(formatCookie)].flat().map(String);
  return copy;
}
