'use client';

import type { LaneId } from '@/lib/compare/types';
import { FlatTrace } from '@/lib/trace/flat-trace';
import styles from './compare.module.css';
import { useCompareMoment, useCompareState } from './compare-context';
import { FlatMap } from './flat-map';
import { GlobalMap } from './global-map';
import { LaneFigures } from './lane-figures';
import { LaneHead } from './lane-head';
import { LaneText } from './lane-text';
import { LocalMap } from './local-map';

/** One lane at the common cursor: its model, its text, where it looked, and what the token cost. */
export function LaneRow({ lane }: { lane: LaneId }) {
  const model = useCompareState((state) => state.lanes[lane].model);
  const architecture = useCompareState(
    (state) => state.lanes[lane].info?.manifest.architecture ?? null,
  );
  const trace = useCompareMoment()[lane];
  return (
    <section className={styles.lane} aria-label={`${titled(lane)} lane: ${model}`} data-lane={lane}>
      <div className={styles.writing}>
        <LaneHead lane={lane} />
        <LaneText lane={lane} trace={trace} />
      </div>
      <div className={styles.maps}>
        {trace instanceof FlatTrace || (!trace && architecture === 'flat') ? (
          <FlatMap lane={lane} trace={trace instanceof FlatTrace ? trace : null} />
        ) : (
          <>
            <GlobalMap lane={lane} trace={trace} />
            <LocalMap lane={lane} trace={trace} />
          </>
        )}
      </div>
      <LaneFigures lane={lane} trace={trace} />
    </section>
  );
}

function titled(lane: LaneId): string {
  return lane === 'upper' ? 'Upper' : 'Lower';
}
