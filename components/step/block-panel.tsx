'use client';

import { placeOf } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';
import { tokenLabelAt } from '../labels';
import { useApp, useMoment } from '../page-context';
import { StationTitle } from './station-title';
import styles from './step.module.css';

/** More tokens than these stand closer, so that there is room for all of them and the words below. */
const FEW = 5;

function embedderWords({ blockLength, width }: Dims): string {
  if (blockLength === 1) return `1 token → 1 vector of ${width} numbers.`;
  const joined = `${blockLength} × ${width / blockLength} numbers`;
  return blockLength > FEW
    ? `${blockLength} tokens → 1 vector: ${joined}.`
    : `${blockLength} tokens → 1 vector: the embedder joins ${joined} into ${width}.`;
}

/** The block that looks back, the newest complete one: its tokens become one vector. */
export function BlockPanel() {
  const { trace, cursor } = useMoment();
  const writer = useApp((state) => state.writer);
  const row = trace && cursor !== null ? placeOf(cursor, trace.dims).globalRow : -1;
  return (
    <section className={styles.panel} aria-label="Block">
      <div className={styles.head}>
        <StationTitle station="block" className={styles.title}>
          {row >= 0 ? `Block ${row}` : 'Block'}
        </StationTitle>
      </div>
      <p className={styles.sub}>{row >= 0 ? 'the newest complete one' : 'tokens → one vector'}</p>
      {trace && row >= 0 ? (
        <div className={styles.embedder}>
          <ol className={styles.chips} data-many={trace.dims.blockLength > FEW || undefined}>
            {Array.from({ length: trace.dims.blockLength }, (_, slot) => {
              const token = row * trace.dims.blockLength + slot;
              return (
                <li key={token} data-flow="chip" data-pad={token < trace.pads || undefined}>
                  {tokenLabelAt(trace, writer, token)}
                </li>
              );
            })}
          </ol>
          <p className={styles.note}>{embedderWords(trace.dims)}</p>
        </div>
      ) : (
        <p className={styles.empty}>
          {trace ? 'Nothing precedes block 0.' : 'The block that was written last.'}
        </p>
      )}
    </section>
  );
}
