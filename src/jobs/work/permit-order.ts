import type { Priority } from "../../contract/submit-request.ts";

/**
 * Whose turn it is for a permit to work: the decisions of `permits.ts`, pure. The higher priority goes first, but not for
 * ever: whoever heads a line that was passed over `MOST_PASSES` times is next.
 */
export interface PermitRules {
  /** How many may hold one at a time. */
  readonly total: number;
  /** How many of them only the high priority may take; one at least is for all. */
  readonly reserved: number;
}

/** The waiting of one priority: first come, first served. */
interface Line {
  readonly waiting: number;
  /** How many permits have gone to higher priorities since its head could have had one. */
  readonly passed: number;
}

export interface PermitState {
  readonly lines: Readonly<Record<Priority, Line>>;
  readonly held: Readonly<Record<Priority, number>>;
}

/** While higher priorities keep coming, a lower one has every eleventh permit. */
export const MOST_PASSES = 10;

const HIGHEST_FIRST = ["high", "normal", "low"] as const satisfies readonly Priority[];

export const NOBODY: PermitState = {
  lines: {
    high: { waiting: 0, passed: 0 },
    normal: { waiting: 0, passed: 0 },
    low: { waiting: 0, passed: 0 },
  },
  held: { high: 0, normal: 0, low: 0 },
};

/** The priority whose head is to have a permit now; nothing while none is free for anybody who waits. */
export function nextInTurn(state: PermitState, rules: PermitRules): Priority | undefined {
  const open = HIGHEST_FIRST.filter((priority) => isOpenTo(priority, state, rules));
  const overdue = open.filter((priority) => state.lines[priority].passed >= MOST_PASSES);
  return mostPassed(overdue, state) ?? open[0];
}

function mostPassed(overdue: readonly Priority[], { lines }: PermitState): Priority | undefined {
  return [...overdue].sort((a, b) => lines[b].passed - lines[a].passed)[0];
}

/** Whether somebody of this priority waits, and there is a permit that it may have. */
function isOpenTo(priority: Priority, { lines, held }: PermitState, { total, reserved }: PermitRules): boolean {
  const free = total - held.high - held.normal - held.low;
  const freeForOthers = total - Math.min(reserved, total - 1) - held.normal - held.low;
  return lines[priority].waiting > 0 && free > 0 && (priority === "high" || freeForOthers > 0);
}

export function joined(state: PermitState, priority: Priority): PermitState {
  return withLine(state, priority, { waiting: state.lines[priority].waiting + 1 });
}

/** Somebody gives up waiting. */
export function left(state: PermitState, priority: Priority): PermitState {
  const waiting = state.lines[priority].waiting - 1;
  return withLine(state, priority, waiting === 0 ? { waiting, passed: 0 } : { waiting });
}

/** The head of this line gets its permit; those of lower priority that could have had it were passed over. */
export function granted(state: PermitState, priority: Priority, rules: PermitRules): PermitState {
  const lower = HIGHEST_FIRST.slice(HIGHEST_FIRST.indexOf(priority) + 1);
  const passedOver = lower.filter((other) => isOpenTo(other, state, rules));
  const after = withLine(state, priority, { waiting: state.lines[priority].waiting - 1, passed: 0 });
  return passedOver.reduce(
    (sum, other) => withLine(sum, other, { passed: sum.lines[other].passed + 1 }),
    holding(after, priority, 1),
  );
}

export function givenBack(state: PermitState, priority: Priority): PermitState {
  return holding(state, priority, -1);
}

function withLine(state: PermitState, priority: Priority, change: Partial<Line>): PermitState {
  return { ...state, lines: { ...state.lines, [priority]: { ...state.lines[priority], ...change } } };
}

function holding(state: PermitState, priority: Priority, change: 1 | -1): PermitState {
  return { ...state, held: { ...state.held, [priority]: state.held[priority] + change } };
}
