'use client';

import { latePart, useLate } from '../late/late';
import { useApp } from '../page-context';
import { usePassing } from '../use-passing';
import styles from './share.module.css';

const refused = latePart(async () => (await import('./refused')).Refused);

/** What came of handing the run on: a word for a while, or a sentence and another way. */
export function HandedOn() {
  const outcome = useApp((state) => state.handedOn);
  const setOutcome = useApp((state) => state.setHandedOn);
  const Refused = useLate(refused, outcome !== null && !outcome.done);
  usePassing(outcome?.done ? outcome : null, setOutcome);
  return (
    <>
      <span role="status" className={outcome?.done ? styles.note : 'visually-hidden'}>
        {outcome?.done ? outcome.sentence : ''}
      </span>
      {Refused && outcome && <Refused outcome={outcome} onClose={() => setOutcome(null)} />}
    </>
  );
}
