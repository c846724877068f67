import { StorageFault, invalidInput } from "../wire.ts";
import type { ServiceOptions, WireRequest, WireResponse } from "../wire.ts";
import { answerInXml } from "../xml-service.ts";
import { elementText } from "../xml.ts";
import { messageList } from "./message-list.ts";
import { createMessages } from "./messages.ts";
import type { Messages } from "./messages.ts";
import { countBetween, secondsFrom } from "./parameters.ts";

export interface QueueService {
  handle(request: WireRequest): WireResponse;
  nextVisibleAt(queueName: string): number | undefined;
  duplicateNewest(queueName: string): void;
  loseNewest(queueName: string): void;
}

/** Queue Storage in memory, after https://learn.microsoft.com/rest/api/storageservices/queue-service-rest-api. */
export function createQueueService(options: ServiceOptions): QueueService {
  const queues = new Map<string, Messages>();
  const messagesOf = (name: string) => {
    const messages = queues.get(name);
    if (!messages) throw new StorageFault(404, "QueueNotFound");
    return messages;
  };
  const onQueue = (name: string, { method, query }: WireRequest): WireResponse => {
    if (method === "PUT" && !query.has("comp")) {
      const created = !queues.has(name);
      if (created) queues.set(name, createMessages(options));
      return { status: created ? 201 : 204, headers: {} };
    }
    const messages = messagesOf(name);
    if (method === "DELETE") {
      queues.delete(name);
      return { status: 204, headers: {} };
    }
    return { status: 200, headers: { "x-ms-approximate-messages-count": String(messages.count()) } };
  };
  const onMessages = (name: string, { method, query, body }: WireRequest): WireResponse => {
    const messages = messagesOf(name);
    if (method === "POST") return messageList("put", [messages.put({ text: textOf(body), ...delays(query) })]);
    if (method === "DELETE") {
      messages.clear();
      return { status: 204, headers: {} };
    }
    const count = countBetween(query.get("numofmessages") ?? "1", 1, 32);
    if (query.get("peekonly") === "true") return messageList("peek", messages.peek(count));
    const visibilityMs = secondsFrom(query, "visibilitytimeout", { least: 1, byDefault: 30 }) * 1000;
    return messageList("get", messages.take(count, visibilityMs));
  };
  const onMessage = (name: string, id: string, { method, query, body }: WireRequest): WireResponse => {
    const receipt = query.get("popreceipt") ?? "";
    if (method === "DELETE") {
      messagesOf(name).delete(id, receipt);
      return { status: 204, headers: {} };
    }
    const visibilityMs = secondsFrom(query, "visibilitytimeout", { least: 0 }) * 1000;
    const updated = messagesOf(name).update({ id, receipt, visibilityMs, text: textOf(body) });
    const headers = {
      "x-ms-popreceipt": updated.receipt,
      "x-ms-time-next-visible": new Date(updated.visibleAt).toUTCString(),
    };
    return { status: 204, headers };
  };
  return {
    handle: (request) =>
      answerInXml(request.method, () => {
        const [name = "", part, id] = request.path.split("/");
        if (part === undefined || part === "") return onQueue(name, request);
        return id === undefined || id === "" ? onMessages(name, request) : onMessage(name, id, request);
      }),
    nextVisibleAt: (name) => queues.get(name)?.nextVisibleAt(),
    duplicateNewest(name) {
      queues.get(name)?.duplicateNewest();
    },
    loseNewest(name) {
      queues.get(name)?.loseNewest();
    },
  };
}

/** -1 seconds to live is for ever; seven days is the service's default. */
function delays(query: URLSearchParams): { readonly visibilityMs: number; readonly timeToLiveMs: number } {
  const live = Number(query.get("messagettl") ?? 7 * 24 * 3600);
  if (!Number.isInteger(live) || live === 0 || live < -1) throw new StorageFault(400, "OutOfRangeQueryParameterValue");
  const visibilityMs = secondsFrom(query, "visibilitytimeout", { least: 0, byDefault: 0 }) * 1000;
  const timeToLiveMs = live === -1 ? Infinity : live * 1000;
  if (visibilityMs >= timeToLiveMs) throw new StorageFault(400, "OutOfRangeQueryParameterValue");
  return { visibilityMs, timeToLiveMs };
}

function textOf(body: Buffer): string | undefined {
  if (body.length === 0) return undefined;
  const text = elementText(body.toString(), "MessageText");
  if (text === undefined) throw invalidInput();
  return text;
}
