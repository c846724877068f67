import type { CatalogEntry } from "../functions/catalog.ts";

/** A function as the admin endpoints show it, with the property names of the real host. */
export function functionView(entry: CatalogEntry, hostUrl: string): Record<string, unknown> {
  const { name, registered, served, error, isDisabled } = entry;
  const { bindings } = registered.metadata;
  const isHttp = served?.extension.triggerType === "httpTrigger";
  return {
    name,
    href: `${hostUrl}/admin/functions/${name}`,
    invoke_url_template: isHttp ? served.extension.describe(served.fn, hostUrl).replace(/^\[.*?\] /, "") : null,
    language: "node",
    config: {
      name,
      scriptFile: registered.scriptFile,
      functionDirectory: registered.directory,
      language: "node",
      bindings: Object.entries(bindings).map(([key, binding]) => ({ ...binding, name: key })),
    },
    isDisabled,
    ...(error === undefined ? {} : { error }),
  };
}
