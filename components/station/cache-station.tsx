'use client';

import { useMoment } from '../page-context';
import { CacheBytes } from './cache-bytes';
import { CacheSlots } from './cache-slots';
import styles from './station.module.css';

/** The block decoder's cache slot by slot, and its bytes beside those of its rivals. */
export function CacheStation() {
  const { trace, cursor } = useMoment();
  if (!trace || cursor === null) return <p className={styles.empty}>Nothing is held yet.</p>;
  return (
    <div className={styles.cache}>
      <CacheSlots trace={trace} cursor={cursor} />
      <CacheBytes trace={trace} cursor={cursor} />
    </div>
  );
}
