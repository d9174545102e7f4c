'use client';

import { useEffect } from 'react';
import { latePart, useLate } from '../late/late';
import { useApp } from '../page-context';
import styles from './share.module.css';

const refused = latePart(async () => (await import('./refused')).Refused);

/** How long the word that something was copied or saved stays. */
const NOTE_MS = 2500;

/** What came of handing the run on: a word for a while, or a sentence and another way. */
export function HandedOn() {
  const outcome = useApp((state) => state.handedOn);
  const setOutcome = useApp((state) => state.setHandedOn);
  const Refused = useLate(refused, outcome !== null && !outcome.done);
  useEffect(() => {
    if (!outcome?.done) return;
    const timer = setTimeout(() => setOutcome(null), NOTE_MS);
    return () => clearTimeout(timer);
  }, [outcome, setOutcome]);
  return (
    <>
      <span role="status" className={outcome?.done ? styles.note : 'visually-hidden'}>
        {outcome?.done ? outcome.sentence : ''}
      </span>
      {Refused && outcome && <Refused outcome={outcome} onClose={() => setOutcome(null)} />}
    </>
  );
}
