'use client';

import { ArrowDownWideNarrow, X } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type RefObject, useRef, useState } from 'react';
import type { MapName } from '@/lib/store/selection-slice';
import { type Figure, figuresOf, GLOBAL_FIGURES, type HeadTable } from '@/lib/trace/head-figures';
import type { Trace } from '@/lib/trace/trace';
import { useMoment, usePage } from '../page-context';
import { Sheet } from '../sheet/sheet';
import { HeadsGrid } from './heads-grid';
import styles from './step.module.css';
import { useRoomy } from './use-wide';

interface HeadsSheetProps {
  id: string;
  button: RefObject<HTMLButtonElement | null>;
  /** The panel to stand beside, which stays in view; null: below the button. */
  panel: RefObject<{ getBoundingClientRect(): DOMRect }> | null;
  map: MapName;
  trace: Trace;
  layers: number;
  onClose(): void;
}

/** All heads of a decoder at the cursor, small, with a figure of each to compare and sort by. */
export function HeadsSheet(props: HeadsSheetProps) {
  const { id, button, panel, map, trace, layers, onClose } = props;
  const { store } = usePage();
  const { cursor } = useMoment();
  const figures = map === 'global' ? GLOBAL_FIGURES : figuresOf(trace).localFigures;
  const [chosen, setChosen] = useState(0);
  const [sorted, setSorted] = useState(false);
  const roomy = useRoomy();
  const content = useRef<HTMLDivElement>(null);
  const figure = figures[chosen] ?? figures[0];
  if (!figure || cursor === null) return null;
  const table = figuresOf(trace)[map](cursor);
  const decoder = map === 'global' ? 'block decoder' : 'token decoder';
  return (
    <Sheet
      ref={content}
      id={id}
      button={button}
      anchor={panel ?? undefined}
      onClose={onClose}
      keepsFocus={() => {
        const { headsOpen, mapViewOpen } = store.getState();
        return headsOpen !== null || mapViewOpen !== null;
      }}
      className={styles.sheet}
      side={panel ? (map === 'global' ? 'right' : 'left') : 'bottom'}
      align="start"
      sideOffset={panel ? 0 : 6}
      alignOffset={panel ? 8 : 0}
      collisionPadding={8}
      aria-label={`Heads of ${map} attention`}
      onOpenAutoFocus={(event) => {
        event.preventDefault();
        content.current?.querySelector<HTMLElement>('[aria-checked="true"]')?.focus();
      }}
    >
      <div className={styles.sheetHead}>
        <h3>
          Heads of the{' '}
          <span className={map === 'global' ? styles.globalWord : styles.localWord}>{decoder}</span>
        </h3>
        <Popover.Close className={styles.close} aria-label="Close">
          <X size={15} aria-hidden="true" />
        </Popover.Close>
        <label className={styles.figure}>
          <span>Figure</span>
          <select
            className={styles.select}
            value={chosen}
            onChange={(event) => setChosen(Number(event.target.value))}
          >
            {figures.map(({ id, name, unit }, i) => (
              <option key={id} value={i}>
                {unit === 'share' ? name : `${name} (${unit})`}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className={styles.sort}
          aria-pressed={sorted}
          onClick={() => setSorted(!sorted)}
        >
          <ArrowDownWideNarrow size={15} aria-hidden="true" />
          Sort
        </button>
      </div>
      <HeadsGrid
        map={map}
        trace={trace}
        layers={layers}
        figure={figure}
        place={chosen}
        table={table}
        sorted={sorted}
        narrow={!roomy}
      >
        <p>{noteText(map, figure, table, trace)}</p>
        <button
          type="button"
          className={styles.inline}
          onClick={() => store.getState().openHeads(map === 'global' ? 'local' : 'global')}
        >
          Heads of the {map === 'global' ? 'token' : 'block'} decoder
        </button>
      </HeadsGrid>
    </Sheet>
  );
}

/** What exactly the values under the small maps are. */
function noteText(map: MapName, figure: Figure, { rows }: HeadTable, trace: Trace): string {
  const what = `${figure.name}: ${figure.definition}`;
  if (rows === 0) {
    return map === 'global'
      ? `${what}. No values yet: row 0 has a single key.`
      : `${what}. No values yet: no token was written.`;
  }
  const { prefixLength, blockLength } = trace.dims;
  return map === 'global'
    ? `${what}. Mean over rows ${rows === 1 ? '1' : `1–${rows}`}.`
    : `${what}. Mean over the ${rows} rows (${prefixLength - 1}–${prefixLength + blockLength - 2}) that chose the tokens so far.`;
}
