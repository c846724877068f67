import { EventType } from "../history/history-event.ts";
import type { HistoryEvent } from "../history/history-event.ts";
import type { Completion, OrchestratorAnswer, Reenactment, ReplayRules } from "../replay/decision.ts";
import { explainUnknownFunction } from "../replay/known-functions.ts";
import { reenact } from "../replay/reenact.ts";
import { isEnded } from "../state/instance.ts";
import type { Instance } from "../state/instance.ts";
import { beginEpisode } from "./begin-episode.ts";
import type { Episode } from "./begin-episode.ts";
import { refuseCustomStatus } from "./custom-status.ts";
import type { DispatchParts } from "./dispatch-parts.ts";
import { endEpisode } from "./end-episode.ts";
import { findKnownHang } from "./known-hangs.ts";
import { askOrchestrator } from "./orchestrator-answer.ts";
import type { Asked } from "./orchestrator-answer.ts";
import { orchestratorTrigger } from "./orchestrator-trigger.ts";
import { createPlayedHistory } from "./played-history.ts";
import { judgeVersion } from "./version-rules.ts";

/** Runs the episodes of all orchestrations. */
export interface Episodes {
  /** Reads what waits for the instance, and records what comes of it. Does nothing when there is nothing to do. */
  run(id: string): Promise<void>;
  /** Drops what is kept of an instance that has ended or is gone. */
  forget(id: string): void;
  /** How many things are kept. */
  readonly size: number;
}

/** What an episode came to, worked out. */
interface Result {
  readonly reenactment: Reenactment;
  readonly customStatus: unknown;
  readonly stack: string | undefined;
}

/** The Durable Task framework's sentence. */
const WRONG_VERSION = "Orchestration version did not comply with Worker Versioning";

export function createEpisodes(parts: DispatchParts): Episodes {
  const { state, options, functions, log } = parts;
  const played = createPlayedHistory();
  const warned = new Set<string>();
  const rules: ReplayRules = { ...options, functionNames: functions.names };

  function warn({ id, name }: Instance, problem: string): void {
    if (warned.has(id)) return;
    warned.add(id);
    log.host("warning", `Durable instance "${id}" of '${name}' ${problem}.`);
  }

  async function work(episode: Episode): Promise<Result> {
    const { instance, events } = episode;
    const { name, version } = instance;
    if (judgeVersion(version, options) === "fail") return withoutFunction(events, WRONG_VERSION);
    const fn = functions.find("orchestrator", name);
    if (!fn) return withoutFunction(events, explainUnknownFunction(rules, "orchestrator", name) ?? "");
    const parentInstanceId = instance.parent?.OrchestrationInstance.InstanceId ?? null;
    const { id: instanceId, input } = instance;
    const trigger = { instanceId, parentInstanceId, input, played: played.textOf({ ...episode, instanceId }), events };
    return judge(episode, await askOrchestrator(parts.run, fn, orchestratorTrigger(trigger, options)));
  }

  function judge(episode: Episode, { answer, thrown }: Asked): Result {
    const { instance, events } = episode;
    const stack = thrown?.stack;
    if (!answer) return failed(thrown?.message ?? "The function did not answer as an orchestrator does", { stack });
    const refused = refuseCustomStatus(answer.customStatus);
    if (refused !== undefined) return failed(refused, { stack });
    const reenactment = reenact(executionOf(episode, answer), rules);
    const hasWorkLeft = instance.activities.size + instance.timers.size > 0;
    const hang = findKnownHang({ answer, hasThrown: thrown !== undefined, reenactment, hasWorkLeft, events });
    if (hang !== undefined) warn(instance, `will wait for ever, as it would on Azure: ${hang}`);
    if (reenactment.releasedAfterFailure)
      warn(
        instance,
        "ended holding locks, or waiting for them. They are released here; on Azure they stay: release them in a finally block",
      );
    return { reenactment, customStatus: answer.customStatus, stack };
  }

  return {
    async run(id) {
      const instance = state.find(id);
      if (instance?.kind !== "orchestration" || isEnded(instance.status)) return;
      const episode = beginEpisode(instance, Date.now());
      if (!episode) return;
      if (judgeVersion(instance.version, options) === "reject") {
        const rule = `versionMatchStrategy ${options.versionMatchStrategy} and defaultVersion "${options.defaultVersion}"`;
        warn(instance, `waits for a host that runs version "${instance.version}": this one has ${rule}`);
        return;
      }
      await parts.commit(endEpisode(episode, { ...(await work(episode)), options, now: Date.now() }));
    },
    forget(id) {
      played.forget(id);
      warned.delete(id);
    },
    get size() {
      return played.size + warned.size;
    },
  };
}

function executionOf(
  { instance, executionId, history, events }: Episode,
  answer: OrchestratorAnswer,
): Parameters<typeof reenact>[0] {
  return {
    instanceId: instance.id,
    executionId,
    parentInstanceId: instance.parent?.OrchestrationInstance.InstanceId,
    history: [...history, ...events],
    answer,
  };
}

/** The end of an execution whose function said nothing that could be re-enacted. */
function failed(error: string, { asItIs = false, stack }: { asItIs?: boolean; stack?: string | undefined }): Result {
  return ended({ status: "Failed", error, failureDetails: null, isNonDeterministic: asItIs }, stack);
}

/** The end of an execution that no function can be asked about: it fails, unless somebody has terminated it. */
function withoutFunction(events: readonly HistoryEvent[], problem: string): Result {
  const termination = events.find((event) => event.EventType === EventType.ExecutionTerminated);
  if (!termination) return failed(problem, { asItIs: true });
  return ended({ status: "Terminated", reason: termination.Input }, undefined);
}

function ended(completion: Completion, stack: string | undefined): Result {
  const reenactment = { decisions: [], completion, isSuspended: false, nextId: -1, releasedAfterFailure: false };
  return { reenactment, customStatus: undefined, stack };
}
