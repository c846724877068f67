import type { WireResponse } from "../wire.ts";
import { escapeXml, xmlAnswer } from "../xml.ts";
import type { Blob } from "./blob.ts";

/** The service hands out no more names than this at a time. */
const LARGEST_PAGE = 5000;

/** A flat page of the blobs whose names begin with the prefix, in the order of their names. */
export function listBlobs(container: string, blobs: ReadonlyMap<string, Blob>, query: URLSearchParams): WireResponse {
  const prefix = query.get("prefix") ?? "";
  const from = query.get("marker") ?? "";
  const size = Math.min(LARGEST_PAGE, Number(query.get("maxresults") ?? LARGEST_PAGE));
  const found = [...blobs.values()]
    .filter(({ name }) => name.startsWith(prefix) && name >= from)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const next = found[size]?.name ?? "";
  const list = found.slice(0, size).map(toXml).join("");
  const attributes = `ServiceEndpoint="http://blob.simulated/" ContainerName="${container}"`;
  const xml = `<EnumerationResults ${attributes}><Prefix>${escapeXml(prefix)}</Prefix><Blobs>${list}</Blobs><NextMarker>${escapeXml(next)}</NextMarker></EnumerationResults>`;
  return xmlAnswer(200, xml);
}

function toXml({ name, etag, bytes, contentType, modifiedAt }: Blob): string {
  const properties = [
    `<Last-Modified>${modifiedAt.toUTCString()}</Last-Modified>`,
    `<Etag>${escapeXml(etag)}</Etag>`,
    `<Content-Length>${String(bytes.length)}</Content-Length>`,
    `<Content-Type>${escapeXml(contentType)}</Content-Type>`,
    "<BlobType>BlockBlob</BlobType>",
  ];
  return `<Blob><Name>${escapeXml(name)}</Name><Properties>${properties.join("")}</Properties></Blob>`;
}
