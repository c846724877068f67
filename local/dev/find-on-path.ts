import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Finds a command on the PATH, as the shell would. Returns its full path. */
export function findOnPath(command: string, env: NodeJS.ProcessEnv): string | undefined {
  const endings = process.platform === "win32" ? (env["PATHEXT"] ?? ".EXE;.CMD").split(";") : [""];
  return (env["PATH"] ?? "")
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => endings.map((ending) => join(folder, `${command}${ending}`)))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
