/** Prints a heading and a table in Markdown, to be pasted where people compare. */
export function printTable(title: string, rows: readonly (readonly (string | number)[])[]): void {
  const [head = [], ...body] = rows;
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  console.log(`\n### ${title}\n`);
  console.log([line(head), line(head.map(() => "---")), ...body.map(line)].join("\n"));
}

/** Three digits that matter: 0.0123, 1.23, 12.3, 123, 1234. */
export function rounded(number: number): string {
  if (!Number.isFinite(number)) return "-";
  return Math.abs(number) >= 100 ? number.toFixed(0) : String(Number(number.toPrecision(3)));
}
