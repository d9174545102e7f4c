'use client';

import type { MapName } from '@/lib/store/selection-slice';
import { viewStatements } from '@/lib/trace/map-view';
import { useApp } from '../page-context';
import styles from './step.module.css';

/** What a map shows, in a line; while something is left out, that is said instead. */
export function MapWords({ map, children }: { map: MapName; children: string }) {
  const view = useApp((state) => state.mapView);
  const statements = viewStatements(view, map);
  return statements.length === 0 ? (
    <p className={styles.sub}>{children}</p>
  ) : (
    <p className={styles.stated}>{statements.join('; ')}</p>
  );
}
