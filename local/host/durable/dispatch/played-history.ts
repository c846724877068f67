import type { HistoryEvent } from "../history/history-event.ts";

/**
 * The JSON text of histories, so that an episode writes only its new events anew however long the history has become.
 * Keeps the texts of the instances used last, up to a sum.
 */
export interface PlayedHistory {
  /** The events of an execution as a list without brackets, marked as played. */
  textOf(execution: { readonly executionId: string; readonly history: readonly HistoryEvent[] }): string;
  forget(executionId: string): void;
  readonly size: number;
}

/** In characters, all texts together. */
const MOST_KEPT = 64 * 1024 * 1024;

export function createPlayedHistory(mostKept = MOST_KEPT): PlayedHistory {
  const texts = new Map<string, { readonly count: number; readonly text: string }>();
  let kept = 0;

  function forget(executionId: string): void {
    kept -= texts.get(executionId)?.text.length ?? 0;
    texts.delete(executionId);
  }

  return {
    textOf({ executionId, history }) {
      const known = texts.get(executionId);
      // A history that is shorter than what is known of it was rewound.
      const usable = known !== undefined && known.count <= history.length ? known : { count: 0, text: "" };
      const added = history.slice(usable.count).map((event) => eventText(event, true));
      const text = [usable.text, ...added].filter((part) => part !== "").join(",");
      forget(executionId);
      texts.set(executionId, { count: history.length, text });
      kept += text.length;
      for (const oldest of texts.keys()) {
        if (kept <= mostKept) break;
        forget(oldest);
      }
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
