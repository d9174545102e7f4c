'use client';

import { Rows3 } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { cacheCount } from '@/lib/draw/from-trace';
import { formatBytes, timesLessWords } from '@/lib/model/cost';
import { CommandButton } from '../command-button';
import { useApp, useMoment } from '../page-context';
import { Panel } from '../panel/panel';
import { PanelActions } from '../panel/panel-actions';
import styles from './cache.module.css';

const CacheFull = lazy(async () => ({ default: (await import('./cache-full')).CacheFull }));

/** The KV cache at the cursor, in numbers; with its slots and its rivals while it fills the screen. */
export function CachePanel() {
  const { trace, cursor } = useMoment();
  const full = useApp((state) => state.fullPanel === 'cache');
  return (
    <Panel name="cache" label="KV cache" className={styles.panel}>
      <div className={styles.head}>
        <h2 className={styles.heading} title="What is held while this token is chosen">
          {trace && cursor !== null ? `KV cache at token ${cursor}` : 'KV cache'}
        </h2>
        <PanelActions panel="cache" />
      </div>
      {trace && cursor !== null ? (
        <>
          <Numbers count={cacheCount(trace, cursor)} rivals={!full} />
          {full ? (
            <Suspense>
              <CacheFull trace={trace} cursor={cursor} />
            </Suspense>
          ) : (
            <CommandButton id="station-cache" className={styles.open}>
              <Rows3 size={14} aria-hidden="true" />
              Slot by slot
            </CommandButton>
          )}
        </>
      ) : (
        <p className={styles.empty}>
          What the model has to remember, in bytes, beside what flat transformers of the same loss
          and of the same size would.
        </p>
      )}
    </Panel>
  );
}

interface NumbersProps {
  count: ReturnType<typeof cacheCount>;
  /** Whether the flat model has a row: the bars beside the numbers show it, too. */
  rivals: boolean;
}

function Numbers({ count, rivals }: NumbersProps) {
  const held = count.global + count.local;
  // The fairer rival is the one that writes as well.
  const fair = count.sameLoss
    ? { match: 'same loss', ...count.sameLoss }
    : { match: 'same size', bytes: count.flat, timesLess: count.timesLess };
  return (
    <div className={styles.numbers}>
      <p className={styles.big}>
        {formatBytes(held)}
        {fair.timesLess !== null && (
          <span className={styles.less}>
            <strong>{timesLessWords(fair.timesLess)}</strong> than flat, {fair.match}
            {fair.timesLess > 1 && <span>{formatBytes(fair.bytes - held)} saved</span>}
          </span>
        )}
      </p>
      <dl className={styles.rows}>
        <dt className={styles.global}>global, {counted(count.globalPositions, 'block')}</dt>
        <dd>{formatBytes(count.global)}</dd>
        <dt className={styles.local}>
          local, {counted(count.localPositions, 'position')}{' '}
          <span className={styles.aside}>(derived)</span>
        </dt>
        <dd>{formatBytes(count.local)}</dd>
        {rivals && (
          <>
            {count.sameLoss && (
              <>
                <dt>
                  flat, same loss{' '}
                  <span className={styles.aside}>
                    (computed; {count.sameLoss.layers} layers of width {count.sameLoss.width})
                  </span>
                </dt>
                <dd>{formatBytes(count.sameLoss.bytes)}</dd>
              </>
            )}
            <dt>
              flat, same size{' '}
              <span className={styles.aside}>
                (computed; {count.flatLayers} layers, {count.flatWrites})
              </span>
            </dt>
            <dd>{formatBytes(count.flat)}</dd>
          </>
        )}
        <dt>prompt tokens never decoded</dt>
        <dd>{count.promptTokens}</dd>
      </dl>
    </div>
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
