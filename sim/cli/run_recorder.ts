import type { EngineTypes } from "@scenekeep/engine/core";
import type { PhotoRun } from "../library/photo_world.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { ByteHistory } from "../trace/byte_history.ts";
import { CausalLog } from "../trace/causal_log.ts";
import { runPage } from "./run_page.ts";
import type { Observation } from "../world/observation.ts";
import { ENDING_TEXTS } from "./exit_code.ts";
import type { Judgement, RunResult } from "./run_result.ts";

/** Steps of a page: with more of them a browser is no pleasure. */
const PAGE_STEPS_MAX = 50_000;

const TEMPLATE = new URL("./run_page.html", import.meta.url);

/** Remembers what happens in a run, for a page that shows it. */
export class RunRecorder {
  readonly #log = new CausalLog<EngineTypes>(PAGE_STEPS_MAX);
  readonly #bytes = new ByteHistory<EngineTypes>(() => this.#library());
  #run: PhotoRun | null = null;

  /** Names the run, before its first event. */
  begin(run: PhotoRun): void {
    this.#run = run;
  }

  /** Takes in one observation. */
  observe(observation: Observation<EngineTypes>): void {
    const virtualMs = this.#run?.world.nowMs ?? 0;
    this.#log.observe(observation, virtualMs);
    this.#bytes.observe(observation, virtualMs);
  }

  /** The page of the run, which has ended: HTML in one piece. */
  async page(
    ended: {
      readonly scenario: Scenario;
      readonly result: RunResult;
      readonly judgement: Judgement;
    },
    command: string,
  ): Promise<string> {
    const { judgement, result, scenario } = ended;
    const perSecond = Math.round(result.events * 1000 / Math.max(1, result.wallMs));
    return runPage(await Deno.readTextFile(TEMPLATE), {
      title: `${scenario.id}, seed ${result.seed}`,
      why: scenario.why,
      isClean: judgement.ending === "clean",
      ending: [
        ENDING_TEXTS[judgement.ending],
        ...judgement.reasons.slice(0, 20),
        `${result.events} events, ${perSecond} a second`,
      ],
      command,
      steps: this.#log.steps,
      stepsLeftOut: this.#log.leftOut,
      bytes: this.#bytes.samples,
      faults: result.faultsDelivered,
      checks: result.checksEvaluated,
    });
  }

  #library(): { usageBytes: number; trashBytes: number } {
    const sums = this.#run?.watch.shadow.objects.sums;
    return sums === undefined
      ? { usageBytes: 0, trashBytes: 0 }
      : { usageBytes: sums.live + sums.trash, trashBytes: sums.trash };
  }
}
