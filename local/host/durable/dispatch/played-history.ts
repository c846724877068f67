import type { HistoryEvent } from "../history/history-event.ts";

/** A history that only grows, until the instance is in another execution. */
interface Execution {
  readonly instanceId: string;
  readonly executionId: string;
  readonly history: readonly HistoryEvent[];
}

/**
 * The JSON text of histories, so that an episode writes only its new events anew however long the history has become.
 * Keeps the texts of the instances used last, up to a sum.
 */
export interface PlayedHistory {
  /** The events as a list without brackets, marked as played. */
  textOf(execution: Execution): string;
  forget(instanceId: string): void;
  readonly size: number;
}

/** In characters, all texts together. */
const MOST_KEPT = 64 * 1024 * 1024;

export function createPlayedHistory(mostKept = MOST_KEPT): PlayedHistory {
  const texts = new Map<string, { readonly executionId: string; readonly count: number; readonly text: string }>();
  let kept = 0;

  function forget(instanceId: string): void {
    kept -= texts.get(instanceId)?.text.length ?? 0;
    texts.delete(instanceId);
  }

  function keep(instanceId: string, known: { executionId: string; count: number; text: string }): void {
    forget(instanceId); // and so it comes last: the first are those not used for longest
    texts.set(instanceId, known);
    kept += known.text.length;
    for (const oldest of texts.keys()) {
      if (kept <= mostKept) return;
      forget(oldest);
    }
  }

  return {
    textOf({ instanceId, executionId, history }) {
      const known = texts.get(instanceId);
      const { count, text: before } = known?.executionId === executionId ? known : { count: 0, text: "" };
      const added = history
        .slice(count)
        .map((event) => eventText(event, true))
        .join(",");
      // Put together with "+", which copies nothing until the text is read: that happens once for each episode anyway.
      const text = before === "" || added === "" ? before + added : before + "," + added;
      keep(instanceId, { executionId, count: history.length, text });
      return text;
    },
    forget,
    get size() {
      return texts.size;
    },
  };
}

export function eventText(event: HistoryEvent, isPlayed: boolean): string {
  return `${JSON.stringify(event).slice(0, -1)},"IsPlayed":${String(isPlayed)}}`;
}
