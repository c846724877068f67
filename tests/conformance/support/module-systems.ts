/** How an app's code is laid out. A host that runs already has its app, whichever it is. */
export type ModuleSystem = "esm" | "commonjs" | "running";

/** What each suite runs with: `describe.each(moduleSystems)`. */
export const moduleSystems: readonly ModuleSystem[] = process.env["HOST_URL"] ? ["running"] : ["esm", "commonjs"];
