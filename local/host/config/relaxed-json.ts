const STRING = String.raw`"(?:\\.|[^"\\\n])*"`;
const COMMENTS = new RegExp(String.raw`${STRING}|\/\/[^\n]*|\/\*[^]*?\*\/`, "g");
const TRAILING_COMMAS = new RegExp(String.raw`${STRING}|(?<![[{,]\s*),(?=\s*[}\]])`, "g");

/**
 * Reads JSON as the real host reads its settings: line and block comments are ignored, and a comma may follow the last
 * element. Blanks take their place, so that the position in an error message is true. Throws like JSON.parse().
 */
export function parseRelaxedJson(text: string): unknown {
  const plain = text.replace(/^\uFEFF/, ""); // Windows editors write a byte order mark
  return JSON.parse(blank(blank(plain, COMMENTS), TRAILING_COMMAS));
}

/** Strings are matched too, so that nothing is found inside them, and stay. */
function blank(text: string, pattern: RegExp): string {
  return text.replace(pattern, (found) => (found.startsWith('"') ? found : found.replace(/[^\n]/g, " ")));
}
