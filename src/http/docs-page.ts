import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { MillraceError } from "../platform/errors.ts";

/** The files of Swagger UI that the page needs, and no others. With its charset, or browsers misread the script. */
const ASSETS: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "start.js": "text/javascript; charset=utf-8",
};

const START_SCRIPT = `SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#reference", deepLinking: true, tryItOutEnabled: true });\n`;

/** The reference page: works offline, asks no other server for anything. */
export function docsPage(): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Millrace API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<div id="reference"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</html>
`;
}

/** @throws MillraceError NOT_FOUND: names are looked up in the table above, so none can lead out of the folder */
export async function docsAsset(name: string): Promise<{ readonly bytes: Buffer; readonly contentType: string }> {
  const contentType = ASSETS[name];
  if (!contentType || !Object.hasOwn(ASSETS, name)) throw new MillraceError("NOT_FOUND", "There is no such file");
  if (name === "start.js") return { bytes: Buffer.from(START_SCRIPT), contentType };
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  return { bytes: await readFile(join(folder, name)), contentType };
}
