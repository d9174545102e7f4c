import type { LabModel } from '@/lib/lab/plan';
import { tinyDims } from '../bench/dims';

const SHA = 'a'.repeat(64);

function model(
  id: string,
  architecture: LabModel['architecture'],
  dims: LabModel['dims'],
  parameters: number,
  loss: number,
): LabModel {
  return {
    id,
    architecture,
    dims,
    parameters,
    weights: { file: 'weights.bin', bytes: 1, sha256: SHA, type: 'float16', tensors: {} },
    scores: [
      {
        text: 'held out',
        documents: 1,
        scoredTokens: 1,
        lossPerToken: loss,
        bitsPerByte: 1,
        lossBySlot: [],
      },
    ],
  };
}

/** Three models of one family, with losses as they are meant to be. */
export const LAB_MODELS: LabModel[] = [
  model('tiny-b4', 'block', tinyDims.b4, 7_230_464, 3.01),
  model('tiny-flat-match', 'flat', tinyDims.match, 2_000_000, 3.03),
  model('tiny-flat-same', 'flat', tinyDims.same, 6_836_224, 2.6),
];
