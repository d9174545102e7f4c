import type { Dims } from '@/lib/model/manifest';
import { layerWeights } from '@/lib/model/work';
import type { LabModel } from './plan';

/** Losses that differ by no more than this count as the same: what the family's fair rival aims at. */
const SAME_LOSS_NATS = 0.05;
/** Decoders whose weights differ by no more than this share count as of one size. */
const SAME_SIZE = 0.05;

function decoderWeights({ blockLayers, tokenLayers, width }: Dims): number {
  return (blockLayers + tokenLayers) * layerWeights(width);
}

type Rated = Pick<LabModel, 'dims' | 'scores'>;

/**
 * What a block model and a flat one have in common, in words: `same size` where their decoders weigh the same, `same loss` where
 * the held-out losses in their manifests are within 0.05 nats on the same text, both, or `other size and loss`.
 */
export function rivalName(block: Rated, flat: Rated): string {
  const [mine, theirs] = [decoderWeights(block.dims), decoderWeights(flat.dims)];
  const sameSize = Math.abs(mine - theirs) <= SAME_SIZE * mine;
  const pairs = block.scores.flatMap(({ text, lossPerToken }) => {
    const other = flat.scores.find((score) => score.text === text);
    return other ? [Math.abs(lossPerToken - other.lossPerToken)] : [];
  });
  const sameLoss = pairs.length > 0 && pairs.every((gap) => gap <= SAME_LOSS_NATS);
  if (sameSize && sameLoss) return 'same size, same loss';
  if (sameSize) return 'same size';
  if (sameLoss) return 'same loss';
  return 'other size and loss';
}
