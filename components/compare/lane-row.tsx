'use client';

import { useEffect, useState } from 'react';
import type { LaneId } from '@/lib/compare/types';
import type { Manifest } from '@/lib/model/manifest';
import { FlatTrace } from '@/lib/trace/flat-trace';
import styles from './compare.module.css';
import { useCompare, useCompareMoment, useCompareState } from './compare-context';
import { FlatMap } from './flat-map';
import { GlobalMap } from './global-map';
import { LaneFigures } from './lane-figures';
import { LaneHead } from './lane-head';
import { LaneText } from './lane-text';
import { LocalMap } from './local-map';

/** One lane at the common cursor: its model, its text, where it looked, and what the token cost. */
export function LaneRow({ lane }: { lane: LaneId }) {
  const model = useCompareState((state) => state.lanes[lane].model);
  const architecture = useArchitecture(model);
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

/** What kind a model is, known from its manifest before it is loaded; null until then. */
function useArchitecture(model: string): Manifest['architecture'] | null {
  const { models } = useCompare();
  const [known, setKnown] = useState<Manifest | null>(null);
  useEffect(() => {
    let left = false;
    void models.manifest(model).then((manifest) => {
      if (!left) setKnown(manifest);
    });
    return () => {
      left = true;
    };
  }, [models, model]);
  return known?.id === model ? known.architecture : null;
}

function titled(lane: LaneId): string {
  return lane === 'upper' ? 'Upper' : 'Lower';
}
