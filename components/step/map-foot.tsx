'use client';

import type { MapName } from '@/lib/store/selection-slice';
import { Legend } from './legend';
import { MapViewButton } from './map-view-button';
import styles from './step.module.css';
import { ViewSwitch } from './view-switch';

interface MapFootProps {
  map: MapName;
  table: boolean;
  onTable(table: boolean): void;
}

/** Under a map: its scale, and what else can be seen of it. */
export function MapFoot({ map, table, onTable }: MapFootProps) {
  return (
    <div className={styles.foot}>
      <Legend family={map} />
      <span className={styles.switches}>
        <MapViewButton map={map} />
        <ViewSwitch what={`${map} attention`} table={table} onChange={onTable} />
      </span>
    </div>
  );
}
