/** .NET's one-letter formats, spelled out for the invariant culture. */
const STANDARD_FORMATS: Readonly<Record<string, string>> = {
  d: "MM/dd/yyyy",
  D: "dddd, dd MMMM yyyy",
  f: "dddd, dd MMMM yyyy HH:mm",
  F: "dddd, dd MMMM yyyy HH:mm:ss",
  g: "MM/dd/yyyy HH:mm",
  G: "MM/dd/yyyy HH:mm:ss",
  M: "MMMM dd",
  m: "MMMM dd",
  O: "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
  o: "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
  R: "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
  r: "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
  s: "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
  t: "HH:mm",
  T: "HH:mm:ss",
  u: "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
  U: "dddd, dd MMMM yyyy HH:mm:ss",
  Y: "yyyy MMMM",
  y: "yyyy MMMM",
};

/** Quoted text, an escaped character, `%` before a lone letter, and runs of the letters that mean something. */
const SPECIFIER = /'[^']*'|"[^"]*"|\\.|%(?=[a-zA-Z])|d+|f+|F+|h+|H+|K|m+|M+|s+|t+|y+|z+/g;

/** Writes a time in UTC as .NET's DateTime.ToString() does with a standard or a custom format. */
export function formatDateTime(time: Date, format: string): string {
  const custom = format.length === 1 ? STANDARD_FORMATS[format] : format;
  if (custom === undefined) throw new Error(`'${format}' is not a date and time format`);
  return custom.replace(SPECIFIER, (found) => {
    if (/^['"]/.test(found)) return found.slice(1, -1);
    if (found.startsWith("\\")) return found.slice(1);
    return found === "%" ? "" : partOf(time, found);
  });
}

function partOf(time: Date, specifier: string): string {
  const width = specifier.length;
  const hours = time.getUTCHours();
  const padded = (value: number) => String(value).padStart(Math.min(width, 2), "0");
  const parts: Readonly<Record<string, () => string>> = {
    d: () => (width > 2 ? nameOf(time, { weekday: width === 3 ? "short" : "long" }) : padded(time.getUTCDate())),
    f: () => fractionOf(time, width),
    F: () => fractionOf(time, width).replace(/0+$/, ""),
    h: () => padded(hours % 12 || 12),
    H: () => padded(hours),
    K: () => "Z",
    m: () => padded(time.getUTCMinutes()),
    M: () => (width > 2 ? nameOf(time, { month: width === 3 ? "short" : "long" }) : padded(time.getUTCMonth() + 1)),
    s: () => padded(time.getUTCSeconds()),
    t: () => (hours < 12 ? "AM" : "PM").slice(0, width),
    y: () => yearOf(time, width),
    z: () => ["+0", "+00", "+00:00"][Math.min(width, 3) - 1] ?? "",
  };
  return parts[specifier.charAt(0)]?.() ?? specifier;
}

function nameOf(time: Date, names: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-US", { ...names, timeZone: "UTC" }).format(time);
}

/** .NET counts in units of 100 ns, of which a Date of JavaScript knows the first three digits. */
function fractionOf(time: Date, digits: number): string {
  return `${String(time.getUTCMilliseconds()).padStart(3, "0")}0000`.slice(0, digits);
}

function yearOf(time: Date, width: number): string {
  const year = time.getUTCFullYear();
  return width < 3 ? String(year % 100).padStart(width, "0") : String(year).padStart(width, "0");
}
