/** Marks an error as the host's own. The library looks at exactly this property to explain what it may about the error. */
export function asSystemError<E extends Error>(error: E): E & { isAzureFunctionsSystemError: true } {
  return Object.assign(error, { isAzureFunctionsSystemError: true as const });
}
