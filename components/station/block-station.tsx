'use client';

import { placeOf } from '@/lib/model/layout';
import { tokenLabelAt } from '../labels';
import { useApp, useMoment } from '../page-context';
import styles from './station.module.css';

/** What the embedder does with the block that looks back: four ids, four rows of a table, one vector. */
export function BlockStation() {
  const { trace, cursor } = useMoment();
  const writer = useApp((state) => state.writer);
  const row = trace && cursor !== null ? placeOf(cursor, trace.dims).globalRow : -1;
  if (!trace || row < 0) return <p className={styles.empty}>Nothing precedes block 0.</p>;
  const { blockLength, width, vocabulary } = trace.dims;
  const part = width / blockLength;
  const slots = Array.from({ length: blockLength }, (_, slot) => slot);
  return (
    <div className={styles.embedder}>
      <ol className={styles.slots} style={{ gridTemplateColumns: `repeat(${blockLength}, 1fr)` }}>
        {slots.map((slot) => {
          const token = row * blockLength + slot;
          const isPad = token < trace.pads;
          return (
            <li key={slot} data-pad={isPad || undefined}>
              <span className={styles.slotName}>
                slot {slot}
                {isPad && ', a pad'}
              </span>
              <span className={styles.token}>{tokenLabelAt(trace, writer, token)}</span>
              <span className={styles.id}>
                id <b>{trace.tokens[token]}</b>
              </span>
              <span className={styles.lookup}>
                row {trace.tokens[token]} of {vocabulary.toLocaleString('en')}
              </span>
              <span className={styles.part}>
                {part} numbers
                <span className={styles.range}>
                  {slot * part}–{(slot + 1) * part - 1}
                </span>
              </span>
            </li>
          );
        })}
      </ol>
      <p className={styles.joined}>
        block {row}: one vector of {width} numbers
      </p>
      <p className={styles.note}>
        It enters the block decoder at position {row}
        {row + 1 < trace.blocks && <> and serves block {row + 1}</>}. The vector itself stays inside
        the run and is not recorded; the first numbers measured from it are block {row}’s row of
        global attention.
      </p>
    </div>
  );
}
