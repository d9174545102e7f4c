import type { StepInputs } from './backend';
import type { TensorMaker } from './graph-io';
import type { OrtTensor } from './runtime';

/** Above 1 the cut keeps everything. */
const TOP_P_OFF = 2;

/** The inputs of `step-kept` and `lorc` that choose the token; both graphs always cut. */
export function choiceFeeds(
  make: TensorMaker,
  { noise, logitBias, inverseTemperature, cut }: StepInputs,
): Record<string, OrtTensor> {
  const vocabulary = logitBias.length;
  return {
    noise: make.float32(noise, [1, 1, vocabulary]),
    logit_bias: make.float32(logitBias, [vocabulary]),
    inverse_temperature: make.float32(Float32Array.of(inverseTemperature), [1]),
    top_k: make.int64(Int32Array.of(cut?.topK ?? vocabulary), [1]),
    top_p: make.float32(Float32Array.of(cut?.topP ?? TOP_P_OFF), [1]),
  };
}
