/** Text as it may stand between two tags. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** The text of the first element of this name. The SDK writes no attributes and no comments. */
export function elementText(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found?.replace(/&(#x?[\da-f]+|amp|lt|gt|quot|apos);/gi, (_, entity: string) => decodeEntity(entity));
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeEntity(entity: string): string {
  if (!entity.startsWith("#")) return NAMED[entity.toLowerCase()] ?? "";
  const digits = entity.slice(1);
  return String.fromCodePoint(/^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number(digits));
}

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';

export function xmlAnswer(
  status: number,
  xml: string,
): {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  return { status, headers: { "content-type": "application/xml" }, body: DECLARATION + xml };
}
