'use client';

import { Fragment, type KeyboardEvent, type ReactNode, useRef } from 'react';
import { arrangeHeads, neighbour } from '@/lib/draw/heads-layout';
import type { MapName } from '@/lib/store/selection-slice';
import type { Figure, HeadTable } from '@/lib/trace/head-figures';
import { choiceName, type HeadChoice, sameChoice } from '@/lib/trace/heads';
import type { Trace } from '@/lib/trace/trace';
import { useApp, usePage } from '../page-context';
import { HeadCell, idOf } from './head-cell';
import styles from './step.module.css';

interface HeadsGridProps {
  map: MapName;
  trace: Trace;
  layers: number;
  figure: Figure;
  /** The figure's place in `table`. */
  place: number;
  table: HeadTable;
  sorted: boolean;
  /** No room for all heads of a layer side by side. */
  narrow: boolean;
  /** What the values are; it stands beside the last row, which has no single heads. */
  children: ReactNode;
}

/** Heads side by side where there is little room. */
const NARROW_COLUMNS = 5;

/** Every head of a decoder, with the mean and maximum of each layer and of all; the arrow keys choose. */
export function HeadsGrid(props: HeadsGridProps) {
  const { map, trace, layers, figure, place, table, sorted, narrow, children } = props;
  const { store } = usePage();
  const chosen = useApp((state) => state[map]);
  const box = useRef<HTMLDivElement>(null);
  const { heads } = trace.dims;
  const figureAt = (layer: number, head: number) => table.value(layer, head, place);
  const rows = arrangeHeads(layers, heads, sorted ? figureAt : null);
  const inColumns = !narrow;
  const noteSpan = narrow ? NARROW_COLUMNS - 2 : Math.max(1, heads - 1);

  const key = (event: KeyboardEvent) => {
    const next = neighbour(rows, chosen, event.key);
    if (!next) return;
    event.preventDefault();
    store.getState().choose(map, next);
    box.current?.querySelector<HTMLElement>(`[data-choice="${idOf(next)}"]`)?.focus();
  };
  const cell = (choice: HeadChoice) => {
    const { layer, head } = choice;
    return (
      <HeadCell
        key={idOf(choice)}
        map={map}
        choice={choice}
        name={choiceName(choice, layers, heads)}
        chosen={sameChoice(choice, chosen)}
        named={sorted || narrow}
        figure={figure}
        value={layer !== 'all' && typeof head === 'number' ? figureAt(layer, head) : null}
        onChoose={() => store.getState().choose(map, choice)}
      />
    );
  };
  return (
    <div
      ref={box}
      className={styles.heads}
      role="radiogroup"
      aria-label={`Heads of the ${map === 'global' ? 'block' : 'token'} decoder`}
      style={{
        gridTemplateColumns: inColumns
          ? `auto repeat(${heads}, minmax(0, 1fr)) 4px repeat(2, minmax(0, 1fr))`
          : `repeat(${NARROW_COLUMNS}, minmax(0, 1fr))`,
      }}
      onKeyDown={key}
    >
      {inColumns && <ColumnNames heads={heads} hidden={sorted} />}
      {rows.map((row, layer) =>
        row.kind === 'layer' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the number of the layer is the identity
          <Fragment key={layer}>
            {inColumns && <span className={styles.layerName}>{sorted ? '' : `L${layer}`}</span>}
            {row.heads.map(cell)}
            {inColumns && <span />}
            {row.combined.map(cell)}
          </Fragment>
        ) : (
          <Fragment key="all">
            <div className={styles.headsNote} style={{ gridColumn: `1 / span ${noteSpan}` }}>
              {children}
            </div>
            {inColumns && (
              <span
                className={styles.headAll}
                style={{ gridColumn: `span ${heads + 2 - noteSpan}` }}
              >
                of all {layers * heads} heads
              </span>
            )}
            {row.combined.map(cell)}
          </Fragment>
        ),
      )}
    </div>
  );
}

function ColumnNames({ heads, hidden }: { heads: number; hidden: boolean }) {
  return (
    <>
      <span />
      {Array.from({ length: heads }, (_, head) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the number of the head is the identity
        <span key={head} className={styles.headName}>
          {hidden ? '' : `h${head}`}
        </span>
      ))}
      <span />
      <span className={styles.headGroup}>of the layer</span>
    </>
  );
}
