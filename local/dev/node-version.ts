/** What package.json asks for. Kept here too, because this is checked before anything else is loaded. */
const NEEDED = [20, 19] as const;

/** Returns what to tell a person whose Node is too old; nothing when it will do. */
export function complainAboutNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNewEnough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
  return isNewEnough
    ? undefined
    : `Node.js ${NEEDED.join(".")} or newer is needed, and this is ${version}: https://nodejs.org`;
}
