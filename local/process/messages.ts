/**
 * What a child process and the process that forked it say to each other over Node's IPC channel.
 * Every service of the local runtime speaks this, so one parent side can start them all.
 */

/** A child's word that it serves. What else it carries (a URL, ports) is the service's own. */
export interface Listening {
  readonly type: "listening";
}

/** A child's word that it cannot serve, with a reason a person can act on. */
export interface Failed {
  readonly type: "failed";
  readonly reason: string;
}

/** A parent's wish that the child ends in good order; means the same as SIGTERM. */
export interface Shutdown {
  readonly type: "shutdown";
}

export function isListening(message: unknown): message is Listening {
  return typeOf(message) === "listening";
}

export function isFailed(message: unknown): message is Failed {
  return typeOf(message) === "failed";
}

export function isShutdown(message: unknown): message is Shutdown {
  return typeOf(message) === "shutdown";
}

function typeOf(message: unknown): unknown {
  return typeof message === "object" && message !== null && "type" in message ? message.type : undefined;
}
