import type { Manifest } from '@/lib/model/manifest';
import type { Sampling } from '@/lib/trace/types';
import type { StepInputs } from './backend';
import { cutOf, fillStepNoise, inverseTemperature, logitBias } from './sampling';

/** How the tokens of a step are chosen. */
export interface StepOptions {
  sampling: Sampling;
  /** Ids to write instead of drawing, −1 where the model is free, as it is behind the last; null draws all. */
  forced?: Int32Array | null;
}

/** Which of `slots` tokens are given by `forced`, or undefined where all are drawn. */
export function forcedSlots(
  forced: Int32Array | null | undefined,
  slots: number,
): boolean[] | undefined {
  const given = Array.from({ length: slots }, (_, slot) => (forced?.[slot] ?? -1) >= 0);
  return given.includes(true) ? given : undefined;
}

/** Makes the inputs of step after step; the arrays of one are overwritten by the next. */
export class StepInputMaker {
  private readonly noise = new Map<number, Float32Array>();
  private bias: { ignoreEnd: boolean; values: Float32Array } | null = null;

  constructor(private readonly manifest: Manifest) {}

  /** Inputs of a step that is fed `tokens` and writes `slots` tokens from `position` (in the whole sequence) on. */
  make(
    tokens: Int32Array,
    position: number,
    slots: number,
    { sampling, forced = null }: StepOptions,
  ): StepInputs {
    const { dims, tokenizer } = this.manifest;
    const noise = this.noise.get(slots) ?? new Float32Array(slots * dims.vocabulary);
    this.noise.set(slots, noise);
    fillStepNoise(noise, dims, sampling, position, forced);
    if (this.bias?.ignoreEnd !== sampling.ignoreEnd)
      this.bias = {
        ignoreEnd: sampling.ignoreEnd,
        values: logitBias(dims, tokenizer, sampling),
      };
    return {
      tokens,
      noise,
      logitBias: this.bias.values,
      inverseTemperature: inverseTemperature(sampling),
      cut: cutOf(dims, sampling),
    };
  }
}
