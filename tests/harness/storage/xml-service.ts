import { StorageFault } from "./wire.ts";
import type { WireResponse } from "./wire.ts";
import { xmlAnswer } from "./xml.ts";

/** Queues and blobs tell of a failure in the same words: an XML body, and its code once more in a header. */
export function answerInXml(method: string, answer: () => WireResponse): WireResponse {
  try {
    return answer();
  } catch (thrown) {
    if (!(thrown instanceof StorageFault)) throw thrown;
    const { status, code } = thrown;
    const { headers, body } = xmlAnswer(status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
    const told = { ...headers, "x-ms-error-code": code };
    return method === "HEAD" || status === 304 ? { status, headers: told } : { status, headers: told, body };
  }
}
