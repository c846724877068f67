import type { Fault } from "../world/faults.ts";

/**
 * Whether a supervisor runs beside the instances. Without one, a job whose message is gone for good stays as it is; so
 * what loses messages is left out, and only jobs that a client was told of must end.
 */
export const SUPERVISED: boolean = false;

export const FAULTS_THAT_LOSE_MESSAGES: readonly Fault[] = [];
