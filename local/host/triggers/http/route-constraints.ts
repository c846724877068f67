/** Whether a parameter's value satisfies one constraint of its template. */
export type Constraint = (value: string) => boolean;

const isInteger = (value: string): boolean => /^[+-]?\d+$/.test(value);
const isDecimal = (value: string): boolean => /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(value);
const isDouble = (value: string): boolean => /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value);
const between = (value: string, min: bigint, max: bigint): boolean =>
  isInteger(value) && BigInt(value.replace("+", "")) >= min && BigInt(value.replace("+", "")) <= max;
const bits = (count: bigint): [bigint, bigint] => [-(2n ** (count - 1n)), 2n ** (count - 1n) - 1n];

/** The inline constraints of ASP.NET routing, by name; `args` is what stands in parentheses. */
const CONSTRAINTS: Readonly<Record<string, (args: readonly string[], text: string) => Constraint>> = {
  int: () => (value) => between(value, ...bits(32n)),
  long: () => (value) => between(value, ...bits(64n)),
  bool: () => (value) => /^(?:true|false)$/i.test(value),
  guid: () => (value) => /^\{?[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?$/i.test(value),
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  decimal: () => isDecimal,
  double: () => isDouble,
  float: () => isDouble,
  datetime: () => (value) => !Number.isNaN(Date.parse(value)),
  required: () => (value) => value !== "",
  file: () => (value) => /\.[^./]+$/.test(value),
  nonfile: () => (value) => !/\.[^./]+$/.test(value),
  min:
    ([min]) =>
    (value) =>
      isInteger(value) && Number(value) >= Number(min),
  max:
    ([max]) =>
    (value) =>
      isInteger(value) && Number(value) <= Number(max),
  range:
    ([min, max]) =>
    (value) =>
      isInteger(value) && Number(value) >= Number(min) && Number(value) <= Number(max),
  minlength:
    ([min]) =>
    (value) =>
      value.length >= Number(min),
  maxlength:
    ([max]) =>
    (value) =>
      value.length <= Number(max),
  length:
    ([min, max = min]) =>
    (value) =>
      value.length >= Number(min) && value.length <= Number(max),
  regex: (_args, text) => {
    const pattern = new RegExp(text, "i");
    return (value) => pattern.test(value);
  },
};

/** Reads one constraint such as "int" or "range(1,9)". Throws when there is no such constraint. */
export function parseConstraint(text: string): Constraint {
  const [, name = "", argument = ""] = /^([^(]*)(?:\((.*)\))?$/.exec(text) ?? [];
  const create = CONSTRAINTS[name.trim().toLowerCase()];
  if (!create) throw new Error(`The route constraint '${text}' is not one of ${Object.keys(CONSTRAINTS).join(", ")}`);
  return create(
    argument.split(",").map((each) => each.trim()),
    argument,
  );
}
