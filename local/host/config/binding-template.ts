/** A piece of a setting such as `for-{customer.name}`: text that stays, or an expression between braces. */
export type TemplateToken =
  { readonly literal: string } | { readonly expression: string; readonly format: string | undefined };

/** `{{` and `}}` stand for one brace; then come expressions, plain text, and a brace without its partner. */
const TOKEN = /(?<escape>\{\{|\}\})|\{(?<expression>[^{}]*)\}|(?<literal>[^{}]+)|(?<unbalanced>[{}])/g;

/** A name, or names joined by dots; what comes after the first may hold dashes, as headers do. */
const EXPRESSION = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_-]+)*$/u;

/** Splits a template as the WebJobs SDK does. Throws its sentence for a brace without a partner or a name that is none. */
export function parseTemplate(template: string): readonly TemplateToken[] {
  return [...template.matchAll(TOKEN)].map(({ index, groups = {} }) => {
    const { escape, expression, literal, unbalanced } = groups;
    if (unbalanced !== undefined)
      throw new Error(
        `Invalid template '${template}'. Missing ${unbalanced === "{" ? "closing" : "opening"} bracket at position ${index + 1}.`,
      );
    if (expression === undefined) return { literal: literal ?? (escape ?? "").slice(0, 1) };
    if (expression === "")
      throw new Error(`Invalid template '${template}'. The parameter name at position ${index + 1} is empty.`);
    return parseExpression(expression, template);
  });
}

/** Whether resolving it needs the facts of an invocation. */
export function hasExpressions(template: string): boolean {
  return parseTemplate(template).some((token) => "expression" in token);
}

function parseExpression(text: string, template: string): TemplateToken {
  const colon = text.indexOf(":");
  const expression = colon < 0 ? text : text.slice(0, colon);
  if (expression.toLowerCase() !== "rand-guid" && !EXPRESSION.test(expression))
    throw new Error(`Invalid template '${template}'. Invalid template expression '${expression}'.`);
  return { expression, format: colon < 0 ? undefined : text.slice(colon + 1) };
}
