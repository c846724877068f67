/** Joins wrapped lines; a word divided at the end of a line becomes one again. */
export function joinLines(lines: readonly string[]): string {
  return lines
    .reduce((text, line) => (text === "" ? line : join(text, line)), "")
    .replace(/\s+/g, " ")
    .trim();
}

function join(text: string, line: string): string {
  if (text.endsWith("/") && /^\p{Ll}/u.test(line)) return text + line; // a path, divided where paths may be
  const [, before] = /(\p{L}+)-$/u.exec(text) ?? [];
  if (before === undefined || !/^\p{Ll}/u.test(line)) return `${text} ${line}`;
  return keepsHyphen(before) ? text + line : text.slice(0, -1) + line;
}

/** Words that stand before a hyphen of their own: "start-up", "self-contained", "user-specific". */
const HYPHENATED =
  /^(?:all|cross|day|end|ex|half|high|host|ill|long|low|machine|multi|non|off|on|one|part|pre|re|read|real|run|self|semi|set|short|single|site|so|start|state|system|third|time|two|user|well|world)$/i;

function keepsHyphen(before: string): boolean {
  return HYPHENATED.test(before);
}
