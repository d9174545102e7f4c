'use client';

import { useId, useState } from 'react';
import { writeCache } from '@/lib/compare/cache-address';
import { FULL_CACHE } from '@/lib/compare/caches';
import { COMPARED_MODELS } from '@/lib/compare/models';
import { LANES, type LaneId, otherLane } from '@/lib/compare/types';
import buttons from '../button.module.css';
import styles from './compare.module.css';
import { incomparable } from './compare-address';
import { useCompare, useCompareState } from './compare-context';

/** A choice that cannot be: the model and one that it could be compared with. */
interface Refused {
  sentence: string;
  model: string;
  partner: string | null;
}

/** Chooses the model of a lane from the catalog. One that reads other tokens than the other lane's is not loaded; it says why. */
export function ModelChooser({ lane }: { lane: LaneId }) {
  const { session, store, models } = useCompare();
  const model = useCompareState((state) => state.lanes[lane].model);
  const [refused, setRefused] = useState<Refused | null>(null);
  const id = useId();
  const options = COMPARED_MODELS.includes(model) ? COMPARED_MODELS : [...COMPARED_MODELS, model];

  const choose = async (wanted: string) => {
    setRefused(null);
    const other = store.getState().lanes[otherLane(lane)].model;
    if (await models.comparable(wanted, other)) {
      address({ [lane]: wanted });
      await session.choose(lane, wanted);
      return;
    }
    const partner = await models.partnerOf(wanted);
    setRefused({ sentence: incomparable(wanted, other), model: wanted, partner });
  };
  const chooseBoth = async ({ model: wanted, partner }: Refused) => {
    if (partner === null) return;
    setRefused(null);
    address({ [lane]: wanted, [otherLane(lane)]: partner });
    await Promise.all([session.choose(lane, wanted), session.choose(otherLane(lane), partner)]);
  };

  return (
    <>
      <select
        className={styles.model}
        aria-label={`Model of the ${lane} lane`}
        aria-describedby={refused ? id : undefined}
        value={model}
        onChange={(event) => void choose(event.target.value)}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
      {refused && (
        <p id={id} className={styles.refused} role="alert">
          {refused.sentence}{' '}
          {refused.partner !== null && (
            <button
              type="button"
              className={buttons.button}
              onClick={() => void chooseBoth(refused)}
            >
              Compare {refused.model} with {refused.partner}
            </button>
          )}
        </p>
      )}
    </>
  );
}

/** Keeps the address in step with the lanes, so that it can be shared. Another model begins with its full cache. */
function address(models: Partial<Record<LaneId, string>>): void {
  const url = new URL(window.location.href);
  for (const lane of LANES) {
    const model = models[lane];
    if (model === undefined) continue;
    url.searchParams.set(lane, model);
    writeCache(url.searchParams, lane, FULL_CACHE);
  }
  window.history.replaceState(null, '', url);
}
