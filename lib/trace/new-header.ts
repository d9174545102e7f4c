import type { Manifest } from '@/lib/model/manifest';
import type { TraceHeader } from './types';

/** The header of a run that starts now, with an id of its own. `manifest` is that of a block model. */
export function newTraceHeader(
  manifest: Pick<Manifest, 'id' | 'dims' | 'weights' | 'tokenizer'>,
  run: Pick<TraceHeader, 'prompt' | 'sampling' | 'backend'> &
    Partial<Pick<TraceHeader, 'branch' | 'provenance'>>,
): TraceHeader {
  const { id, dims, weights, tokenizer } = manifest;
  return {
    format: 'blockscope-trace',
    version: 2,
    id: newTraceId(),
    model: {
      id,
      architecture: 'block',
      dims,
      weightsSha256: weights.sha256,
      padId: tokenizer.padId,
      endId: tokenizer.endId,
    },
    branch: null,
    provenance: 'measured',
    created: new Date().toISOString(),
    ...run,
  };
}

/** Not `randomUUID`, which a page on plain http does not have. */
function newTraceId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
