'use client';

import { type ByteRow, byteRows } from '@/lib/draw/cache-things';
import { formatBytes } from '@/lib/model/cost';
import type { Trace } from '@/lib/trace/trace';
import { useApp } from '../page-context';
import styles from './station.module.css';

/** The bytes of the cache beside those of its rivals, at the cursor and at the context's end. */
export function CacheBytes({ trace, cursor }: { trace: Trace; cursor: number }) {
  const info = useApp((state) => state.info);
  const sameModel = info?.manifest.weights.sha256 === trace.header.model.weightsSha256;
  const allocated = sameModel ? info?.allocatedBytes : null;
  const bytes = byteRows(trace, cursor);
  return (
    <section className={styles.bytes} aria-label="Bytes of the KV cache">
      <Bytes title={`At token ${cursor}`} rows={bytes.now} />
      <Bytes title="At the context’s end" rows={bytes.full} />
      <p className={styles.note}>
        <b>{trace.promptBlocks * trace.dims.blockLength - trace.pads}</b> prompt tokens never
        decoded: they leave {trace.promptBlocks} slots here and none in the token decoder.
        {allocated
          ? ` ${formatBytes(allocated)} are allocated from the start: room for the whole context.`
          : ''}
      </p>
    </section>
  );
}

/** Bytes as bars on one scale from zero. */
function Bytes({ title, rows }: { title: string; rows: ByteRow[] }) {
  const most = Math.max(...rows.map((row) => row.bytes));
  return (
    <div>
      <h3>{title}</h3>
      <dl className={styles.byteRows}>
        {rows.map((row) => (
          <div key={row.name} data-kind={row.kind}>
            <dt>
              {row.name} <span className={styles.aside}>{row.note}</span>
            </dt>
            <dd>{formatBytes(row.bytes)}</dd>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect width={(row.bytes / most) * 100} height="8" />
            </svg>
          </div>
        ))}
      </dl>
    </div>
  );
}
