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
    id: newId(16),
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

/** An id of its own: `bytes` bytes by chance, in hexadecimal digits. */
export function newId(bytes: number): string {
  // Not `randomUUID`, which a page on plain http does not have.
  const drawn = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(drawn, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
