import { ERROR_CODES } from "../contract/error-codes.ts";
import type { ErrorCode, ErrorCodeEntry, ErrorKind } from "../contract/error-codes.ts";

const ADVICE: Readonly<Record<ErrorKind, string>> = {
  transient: "The same call may succeed later. Try again, waiting at least as long as <code>Retry-After</code> says.",
  permanent: "The same call will not succeed. Change what the problem's detail and errors name, then call again.",
  conflict: "Something changed meanwhile. Read the resource again, then decide.",
  cancelled: "Somebody asked for this to stop. Nothing more happens.",
};

/** A small page that says what a code means. Holds nothing of any request. */
export function problemPage(code: ErrorCode): string {
  const { title, kind, status }: ErrorCodeEntry = ERROR_CODES[code];
  const where = status
    ? `Answers a request, with status ${status}.`
    : "Stands in the <code>error</code> of a job that failed.";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${code}</title>
<style>body { font: 1rem/1.5 system-ui; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }</style>
<h1>${title}</h1>
<p><code>${code}</code> · ${kind}</p>
<p>${where}</p>
<p>${ADVICE[kind]}</p>
<p><a href="/api/docs">API reference</a></p>
</html>
`;
}
