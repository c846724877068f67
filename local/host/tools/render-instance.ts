import { EventType } from "../durable/history/history-event.ts";
import type { FoundInstance, Shown } from "./find-instance.ts";
import { html, page } from "./html.ts";
import type { Html } from "./html.ts";

const EVENT_NAMES = new Map<unknown, string>(Object.entries(EventType).map(([name, number]) => [number, name]));

export function renderInstance(id: string, found: FoundInstance): string {
  const body = "error" in found ? html`<p>${found.error}</p>` : html`${renderFacts(found)}${renderHistory(found)}`;
  return page(
    id,
    html`<p><a href="/">Functions host</a></p>
      <h1>${id}</h1>
      ${body}`,
  );
}

function renderFacts({ facts }: Shown): Html {
  const rows = Object.entries(facts).map(
    ([name, value]) =>
      html`<tr>
        <th>${name}</th>
        <td><code>${value}</code></td>
      </tr> `,
  );
  return html`<table>
    ${rows}
  </table>`;
}

function renderHistory({ history }: Shown): Html {
  if (history.length === 0) return html``;
  return html`<h2>History</h2>
    <table>
      <tr>
        <th>Time</th>
        <th>#</th>
        <th>Event</th>
        <th>Details</th>
      </tr>
      ${history.map(renderEvent)}
    </table>`;
}

function renderEvent({ EventType: type, EventId, Timestamp, ...details }: Readonly<Record<string, unknown>>): Html {
  const number = EventId === -1 ? "" : EventId;
  const set = Object.entries(details).filter(([, value]) => value !== null && value !== "");
  return html`<tr>
    <td>${Timestamp}</td>
    <td>${number}</td>
    <td>${EVENT_NAMES.get(type)}</td>
    <td>${set.map(([name, value]) => html`${name}: <code>${value}</code><br />`)}</td>
  </tr> `;
}
