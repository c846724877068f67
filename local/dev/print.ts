/** Says something to whoever sits at the terminal. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
