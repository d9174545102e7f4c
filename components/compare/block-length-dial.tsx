'use client';

import { useEffect, useId, useState } from 'react';
import { familyMembers, type LengthDial, lengthDial } from '@/lib/compare/block-lengths';
import { COMPARED_MODELS } from '@/lib/compare/models';
import type { LaneId } from '@/lib/compare/types';
import styles from './block-length-dial.module.css';
import { useCompare, useCompareState } from './compare-context';
import { keepModels } from './lane-address';

/**
 * Turns a lane through the block lengths that its model was trained with, each with its held-out loss. Prompt, cursor and the other
 * lane stay. Nothing where there is one length only.
 */
export function BlockLengthDial({ lane }: { lane: LaneId }) {
  const { session } = useCompare();
  const model = useCompareState((state) => state.lanes[lane].model);
  const dial = useDial(model);
  const name = useId();
  if (!dial) return null;
  const choose = (wanted: string) => {
    keepModels({ [lane]: wanted });
    void session.choose(lane, wanted);
  };
  return (
    <fieldset className={styles.dial}>
      <legend className="visually-hidden">Block length, {lane} lane</legend>
      <span className={styles.names} aria-hidden="true">
        <span className={styles.length}>Block length</span>
        <span className={styles.loss} title={meaning(dial)}>
          held-out loss
        </span>
      </span>
      <div className={styles.choices}>
        {dial.choices.map(({ model: id, blockLength, loss }) => (
          <label key={id} title={`${id}. ${meaning(dial)}`}>
            <input
              type="radio"
              name={name}
              aria-label={`${blockLength}, ${lossWords(loss)}`}
              checked={id === model}
              onChange={() => choose(id)}
            />
            <span className={styles.choice}>
              <span className={styles.length}>{blockLength}</span>
              <span className={styles.loss}>{loss === null ? '–' : loss.toFixed(2)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** The dial of a model, known once the manifests of its family are; null before, and where there is nothing to turn. */
function useDial(model: string): LengthDial | null {
  const { models } = useCompare();
  const [dial, setDial] = useState<LengthDial | null>(null);
  useEffect(() => {
    let left = false;
    const members = familyMembers(model, COMPARED_MODELS);
    if (members.length < 2) {
      setDial(null);
      return;
    }
    void Promise.all(members.map((id) => models.manifest(id))).then((known) => {
      const manifests = known.filter((manifest) => manifest !== null);
      if (!left) setDial(lengthDial(model, manifests));
    });
    return () => {
      left = true;
    };
  }, [models, model]);
  // Turned, it stays as it is until that of the next model is there, which is the same: the focus is not lost.
  return dial?.choices.some((choice) => choice.model === model) ? dial : null;
}

function meaning({ text }: LengthDial): string {
  const where = text === null ? '' : ` (${text})`;
  return `Held-out loss${where} in nats a token: the less, the better it writes.`;
}

function lossWords(loss: number | null): string {
  return loss === null ? 'not scored' : `held-out loss ${loss.toFixed(2)} nats a token`;
}
