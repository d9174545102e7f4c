import type { Manifest } from '@/lib/model/manifest';
import type { FlatTraceHeader } from './flat-types';

/** The header of a flat model's run that starts now. */
export function newFlatHeader(
  { id, dims, weights, tokenizer }: Pick<Manifest, 'id' | 'dims' | 'weights' | 'tokenizer'>,
  run: Pick<FlatTraceHeader, 'prompt' | 'sampling' | 'backend'> &
    Partial<Pick<FlatTraceHeader, 'provenance' | 'cache'>>,
): FlatTraceHeader {
  return {
    model: {
      id,
      architecture: 'flat',
      dims,
      weightsSha256: weights.sha256,
      padId: tokenizer.padId,
      endId: tokenizer.endId,
    },
    provenance: 'measured',
    created: new Date().toISOString(),
    ...run,
  };
}
