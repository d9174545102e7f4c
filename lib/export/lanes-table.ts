import { cacheName } from '@/lib/compare/caches';
import { tokenFigures } from '@/lib/compare/figures';
import { idAt, textTokensOf } from '@/lib/compare/text-trace';
import type { LaneId, LaneTrace } from '@/lib/compare/types';
import { FlatTrace } from '@/lib/trace/flat-trace';
import type { Cell } from './csv';
import type { ExportTable } from './tables';

/** A lane of Compare with its run. */
export interface ShownLane {
  lane: LaneId;
  trace: LaneTrace;
  /** The text of a vocabulary entry as it is. */
  text(id: number): string;
}

/** What each text token cost in each lane, up to `cursor`: one row a lane and token, lane by lane. Empty where nothing was measured. */
export function lanesTable(lanes: readonly ShownLane[], cursor: number): ExportTable {
  return {
    columns: [
      { name: 'lane', about: 'upper or lower' },
      { name: 'model', about: 'the model that ran in it' },
      { name: 'cache', about: 'what its cache keeps' },
      { name: 'token', about: 'text token, 0 is the prompt’s first; pads are left out' },
      { name: 'id', about: 'vocabulary entry' },
      { name: 'text', about: 'its text' },
      { name: 'given', about: 'the token was given, not drawn' },
      { name: 'held_positions', about: 'positions held while it was chosen, mean of the layers' },
      { name: 'held_bytes', about: 'their bytes' },
      { name: 'local_bytes', about: 'held by the token decoder, derived' },
      { name: 'keys_read', about: 'key positions read, summed over layers, derived' },
      { name: 'kv_bytes_read', about: 'bytes of keys and values read, derived' },
      { name: 'multiply_adds', about: 'derived; a block’s run is shared evenly by its tokens' },
      { name: 'ms', about: 'its even share of its run’s time, measured' },
      { name: 'surprise_bits', about: '−log2 softmax(logits) of the token at T = 1' },
    ],
    rows: lanes.flatMap((shown) => {
      const tokens = Math.min(cursor + 1, textTokensOf(shown.trace));
      return Array.from({ length: tokens }, (_, token) => rowOf(shown, token));
    }),
  };
}

function rowOf({ lane, trace, text }: ShownLane, token: number): Cell[] {
  const figures = tokenFigures(trace, token);
  const { heldPositions, heldBytes, localBytes, work, ms, surprise, given } = figures;
  const cache = trace instanceof FlatTrace ? trace.header.cache : undefined;
  const id = idAt(trace, token);
  return [
    lane,
    trace.header.model.id,
    cache ? cacheName(cache) : 'Full cache',
    token,
    id,
    text(id),
    given,
    heldPositions,
    heldBytes,
    localBytes,
    work?.keysRead ?? null,
    work?.kvBytesRead ?? null,
    work?.multiplyAdds ?? null,
    ms,
    surprise,
  ];
}
