export interface Parameter {
  readonly name: string;
  readonly isCatchAll: boolean;
  readonly isOptional: boolean;
  readonly defaultValue: string | undefined;
  /** As written, such as "int" or "length(1,5)". */
  readonly constraints: readonly string[];
}

/** What stands between two slashes: literals and parameters in turn. */
export type Segment = readonly (string | Parameter)[];

/** Reads an ASP.NET route template. `{{` and `}}` stand for braces. Throws when a brace, a name or an order is wrong. */
export function parseTemplate(template: string): readonly Segment[] {
  const segments: (string | Parameter)[][] = [[]];
  let rest = template.replace(/^~?\/+|\/+$/g, "");
  while (rest !== "") {
    const segment = segments.at(-1) ?? [];
    if (rest.startsWith("/")) {
      segments.push([]);
      rest = rest.slice(1);
    } else if (/^\{(?!\{)/.test(rest)) {
      const end = endOfParameter(rest, template);
      segment.push(parseParameter(unescapeBraces(rest.slice(1, end)), template));
      rest = rest.slice(end + 1);
    } else {
      const literal = /^(?:\{\{|\}\}|[^{}/])+/.exec(rest)?.[0];
      if (literal === undefined) throw malformed(template, `there is an unpaired '}'`);
      segment.push(unescapeBraces(literal));
      rest = rest.slice(literal.length);
    }
  }
  assertOrder(segments, template);
  return segments.filter((segment) => segment.length > 0);
}

/** The index of the brace that ends a parameter; doubled braces inside (as in a regex) do not. */
function endOfParameter(text: string, template: string): number {
  const body = /^\{(?:\{\{|\}\}|[^{}])*\}/.exec(text);
  if (!body) throw malformed(template, `a '{' is never closed`);
  return body[0].length - 1;
}

function parseParameter(text: string, template: string): Parameter {
  const match = /^(\*{0,2})([A-Za-z_]\w*)((?::(?:[^:=?()]+(?:\((?:.*?)\)(?=[:=?]|$))?))*)(\?)?(?:=(.*))?$/.exec(text);
  if (!match) throw malformed(template, `'{${text}}' is not a parameter`);
  const [, stars = "", name = "", constraints = "", optional, defaultValue] = match;
  if (optional !== undefined && defaultValue !== undefined)
    throw malformed(template, `the optional parameter '${name}' cannot have a default value`);
  return {
    name,
    isCatchAll: stars !== "",
    isOptional: optional !== undefined,
    defaultValue,
    constraints: constraints.match(/[^:()]+(?:\(.*?\)(?=:|$))?/g) ?? [],
  };
}

function assertOrder(segments: readonly Segment[], template: string): void {
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    const catchAll = segment.find((part) => typeof part !== "string" && part.isCatchAll);
    if (catchAll !== undefined && (!isLast || segment.length > 1))
      throw malformed(template, "a catch-all parameter can only be the whole last segment");
  }
}

function unescapeBraces(text: string): string {
  return text.replaceAll("{{", "{").replaceAll("}}", "}");
}

function malformed(template: string, reason: string): Error {
  return new Error(`The route template '${template}' is not valid: ${reason}`);
}
