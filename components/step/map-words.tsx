'use client';

import type { MapName } from '@/lib/store/selection-slice';
import { combinedText } from '@/lib/trace/heads';
import { viewStatements } from '@/lib/trace/map-view';
import { useApp } from '../page-context';
import styles from './step.module.css';

/** What a map shows, in a line; while heads are combined or something is left out, that is said instead. */
export function MapWords({ map, children }: { map: MapName; children: string }) {
  const view = useApp((state) => state.mapView);
  const choice = useApp((state) => state[map]);
  const dims = useApp((state) => state.trace?.dims);
  const layers = map === 'global' ? dims?.blockLayers : dims?.tokenLayers;
  const combined = dims && layers ? combinedText(choice, layers, dims.heads) : null;
  const statements = [...(combined ? [combined] : []), ...viewStatements(view, map)];
  return statements.length === 0 ? (
    <p className={styles.sub}>{children}</p>
  ) : (
    <p className={styles.stated}>{statements.join('; ')}</p>
  );
}
