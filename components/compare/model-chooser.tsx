'use client';

import { useId, useState } from 'react';
import { listedModels } from '@/lib/compare/block-lengths';
import { COMPARED_MODELS } from '@/lib/compare/models';
import { type LaneId, otherLane } from '@/lib/compare/types';
import buttons from '../button.module.css';
import styles from './compare.module.css';
import { incomparable } from './compare-address';
import { useCompare, useCompareState } from './compare-context';
import { keepModels } from './lane-address';

/** A choice that cannot be: the model and one that it could be compared with. */
interface Refused {
  sentence: string;
  /** The model that the lane kept. */
  kept: string;
  model: string;
  partner: string | null;
}

/** Chooses the model of a lane from the catalog; other block lengths of it are left to the dial. One that reads other tokens than the other lane's is not loaded; it says why. */
export function ModelChooser({ lane }: { lane: LaneId }) {
  const { session, store, models } = useCompare();
  const model = useCompareState((state) => state.lanes[lane].model);
  const [asked, setRefused] = useState<Refused | null>(null);
  const id = useId();
  // Another model came by the dial meanwhile, and the sentence is out of date.
  const refused = asked?.kept === model ? asked : null;

  const choose = async (wanted: string) => {
    setRefused(null);
    const other = store.getState().lanes[otherLane(lane)].model;
    if (await models.comparable(wanted, other)) {
      keepModels({ [lane]: wanted });
      await session.choose(lane, wanted);
      return;
    }
    const partner = await models.partnerOf(wanted);
    setRefused({ sentence: incomparable(wanted, other), kept: model, model: wanted, partner });
  };
  const chooseBoth = async ({ model: wanted, partner }: Refused) => {
    if (partner === null) return;
    setRefused(null);
    keepModels({ [lane]: wanted, [otherLane(lane)]: partner });
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
        {listedModels(COMPARED_MODELS, model).map((option) => (
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
