'use client';

import { LANES } from '@/lib/compare/types';
import { wordsAt } from '@/lib/compare/words';
import styles from './compare.module.css';
import { useCompareMoment, useCompareState } from './compare-context';

/** What differs between the lanes at the cursor, in a few sentences made from their numbers. */
export function Differences() {
  const { cursor } = useCompareMoment();
  const lanes = useCompareState((state) => state.lanes);
  const sentences = wordsAt({ lanes, cursor });
  const kinds = new Map(
    LANES.map((id) => [lanes[id].model, lanes[id].info?.manifest.architecture ?? 'flat']),
  );
  return (
    <section className={styles.words} aria-label="What differs">
      <h2>{cursor === null ? 'What differs' : `What differs at token ${cursor}`}</h2>
      {sentences.length === 0 ? (
        <p>
          One prompt, two models: a <b className={styles.global}>block</b> transformer, which keeps
          one slot a block, and a <b className={styles.flat}>flat</b> one, which keeps every token
          in every layer. They write in turn, on your machine.
        </p>
      ) : (
        sentences.map((sentence) => <Sentence key={sentence} text={sentence} kinds={kinds} />)
      )}
    </section>
  );
}

/** A sentence with the models’ names in the colours of their lanes. */
function Sentence({ text, kinds }: { text: string; kinds: ReadonlyMap<string, 'block' | 'flat'> }) {
  const names = [...kinds.keys()].sort((a, b) => b.length - a.length);
  const parts = text.split(new RegExp(`(${names.join('|')})(?![\\w-])`));
  return (
    <p>
      {parts.map((part, i) => {
        const kind = kinds.get(part);
        if (!kind) return part;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one fixed text
          <b key={i} className={kind === 'flat' ? styles.flat : styles.global}>
            {part}
          </b>
        );
      })}
    </p>
  );
}
