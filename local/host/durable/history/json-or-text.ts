/** The value of a JSON text; a text that is none stays as it is (a reason for terminating, say), and null is null. */
export function jsonOrText(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text.trim() === "" ? "" : text;
  }
}
