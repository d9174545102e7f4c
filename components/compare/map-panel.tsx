'use client';

import { type ReactNode, useState } from 'react';
import type { LaneId, LaneTrace } from '@/lib/compare/types';
import type { MapOptions } from '@/lib/draw/attention-map';
import type { LaneMap } from '@/lib/store/compare-view';
import step from '../step/step.module.css';
import { TableView } from '../step/table-view';
import { ViewSwitch } from '../step/view-switch';
import styles from './compare.module.css';
import { HeadSelect, MAP_WORDS } from './head-select';

interface MapPanelProps {
  lane: LaneId;
  map: LaneMap;
  title: string;
  trace: LaneTrace | null;
  layers: number;
  /** Why there is no map; null when there is one. */
  empty: string | null;
  /** The row that chose the token at the cursor, as a table. */
  table(): { caption: string; columns: string[]; rows: { name: string; cells: string[] }[] };
  children: ReactNode;
}

/** One map of a lane: its title, which head it shows, and itself or its row at the cursor as a table. */
export function MapPanel(props: MapPanelProps) {
  const { lane, map, title, trace, layers, empty, table, children } = props;
  const [asTable, setAsTable] = useState(false);
  return (
    <section className={styles.map} aria-label={`${titled(MAP_WORDS[map])}, ${lane} lane`}>
      <div className={styles.mapHead}>
        <h2 className={styles[map]}>{title}</h2>
        {trace && (
          <>
            <HeadSelect lane={lane} map={map} layers={layers} heads={trace.dims.heads} />
            <ViewSwitch
              what={`${MAP_WORDS[map]}, ${lane} lane,`}
              table={asTable}
              onChange={setAsTable}
            />
          </>
        )}
      </div>
      {empty !== null ? (
        <p className={`${step.empty} ${styles.emptyMap}`}>{empty}</p>
      ) : asTable ? (
        <TableView {...table()} />
      ) : (
        children
      )}
    </section>
  );
}

/** How a map is laid out in a lane: numbers of rows and columns at its edges, nothing else beside it. */
export const LANE_MAP: MapOptions = {
  gutter: 30,
  margin: 2,
  header: 16,
  minCell: 1,
  maxCell: 26,
  numbers: false,
};

function titled(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
