import type { HostDescription, InstanceLine } from "./describe-host.ts";
import { html, page } from "./html.ts";
import type { Html } from "./html.ts";

export function renderHome({ functions, instances, queues }: HostDescription): string {
  return page(
    "Functions host",
    html`<h1>Functions host</h1>
      <h2>Functions</h2>
      <table>
        <tr>
          <th>Name</th>
          <th>Trigger</th>
          <th>State</th>
        </tr>
        ${functions.map(({ name, trigger, description, isDisabled, error }) => {
          const state = error === undefined ? (isDisabled ? "disabled" : "") : `in error: ${error}`;
          return html`<tr>
            <td>${name}</td>
            <td>${description ?? trigger}</td>
            <td>${state}</td>
          </tr> `;
        })}
      </table>
      <h2>Durable instances in “${instances.hub}”</h2>
      ${renderInstances(instances)}
      <h2>Queues</h2>
      <table>
        <tr>
          <th>Name</th>
          <th>Messages</th>
        </tr>
        ${queues.map(
          ({ name, messages, error }) =>
            html`<tr>
              <td>${name}</td>
              <td>${error ?? messages ?? "no such queue"}</td>
            </tr> `,
        )}
      </table>`,
  );
}

function renderInstances({ ownedBy, countByStatus, latest }: HostDescription["instances"]): Html {
  if (ownedBy !== undefined)
    return html`<p>Another host owns the hub and shows its instances: <a href="${ownedBy}">${ownedBy}</a>.</p>`;
  const counts = Object.entries(countByStatus).map(([status, count]) => `${status} ${count}`);
  return html`<p>${counts.length === 0 ? "None." : counts.join(" · ")}</p>
    <table>
      <tr>
        <th>Instance</th>
        <th>Name</th>
        <th>Status</th>
        <th>Created</th>
        <th>Changed</th>
      </tr>
      ${latest.map(renderLine)}
    </table>`;
}

function renderLine({ id, name, status, createdAt, updatedAt }: InstanceLine): Html {
  const address = `/admin/instances/${encodeURIComponent(id)}`;
  return html`<tr>
    <td><a href="${address}">${id}</a></td>
    <td>${name}</td>
    <td>${status}</td>
    <td>${createdAt}</td>
    <td>${updatedAt}</td>
  </tr> `;
}
