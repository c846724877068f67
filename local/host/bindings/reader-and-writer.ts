import type { TypedData } from "../worker/protocol.ts";

/** The values that `{…}` in a binding's settings may name; made only when there are some. */
type BindingData = () => Readonly<Record<string, unknown>>;

/** Reads one value for one invocation. Rejects when it could not be read, which fails the invocation before the handler. */
export type InputReader = (bindingData: BindingData) => Promise<TypedData>;

/** Writes one value of one invocation. Rejects when it could not be written, which fails the invocation. */
export type OutputWriter = (data: TypedData, bindingData: BindingData) => Promise<void>;
