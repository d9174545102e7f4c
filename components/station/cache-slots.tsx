'use client';

import { paintRamp } from '@/lib/draw/attention-paint';
import {
  layoutSlots,
  moveSlot,
  paintSlots,
  type SlotCell,
  type SlotsData,
  slotAt,
  slotsData,
} from '@/lib/draw/cache-things';
import type { Trace } from '@/lib/trace/trace';
import { Surface } from '../canvas/surface';
import { blockLabel } from '../labels';
import { useApp, usePage } from '../page-context';
import { CursorFigure } from './cursor-figure';
import styles from './station.module.css';

interface CacheSlotsProps {
  trace: Trace;
  cursor: number;
  /** Size of the drawing's type where it is laid out; the page's if not said. */
  type?: () => number;
}

/** The block decoder's cache slot by slot, coloured by what was measured. */
export function CacheSlots({ trace, cursor, type }: CacheSlotsProps) {
  const { store } = usePage();
  const writer = useApp((state) => state.writer);
  const here = slotsData(trace, cursor);
  return (
    <section aria-label="Slots of the KV cache">
      <h3>
        <span>
          {here.held} of {here.slots} slots held
        </span>
        <small>a slot is one block; prompt blocks and written blocks alike</small>
      </h3>
      <CursorFigure<ReturnType<typeof layoutSlots>, SlotCell>
        label={`KV cache: keys and values of ${here.layers} layers, ${here.held} of ${here.slots} slots held.`}
        className={styles.slotsFigure}
        depends={() => {
          const { trace: now, cursor: at } = store.getState();
          return [now, now?.rows, now && at !== null && slotsKey(now, at)];
        }}
        layout={(size, theme) => {
          const { trace: now, cursor: at } = store.getState();
          return now && at !== null
            ? layoutSlots(slotsData(now, at), size, type?.() ?? theme.type)
            : null;
        }}
        paint={(ctx, geometry, selected, theme) =>
          paintSlots(ctx, geometry, selected, theme, theme.globalRamp)
        }
        at={slotAt}
        move={moveSlot}
        describe={({ data, lanes }, { lane, slot }) => {
          const one = lanes[lane];
          if (!one) return '';
          const what = `layer ${one.layer}, ${one.part === 0 ? 'key' : 'value'} of block ${slot}`;
          if (slot >= data.held) return `${what}: empty, allocated but not held`;
          const norm = data.norm(slot, one.layer, one.part);
          const said = norm === null ? 'norm not recorded' : `norm ${norm.toFixed(3)}`;
          const pads = slot === 0 && data.pads > 0 ? `; ${data.pads} of its tokens are pads` : '';
          return `${what} “${blockLabel(trace, writer, slot)}”: ${said}${pads}`;
        }}
      >
        the newest slot is marked; point at a slot to read it
      </CursorFigure>
      <Key data={here} />
    </section>
  );
}

/** What the slots depend on at a cursor. */
function slotsKey(trace: Trace, cursor: number): number {
  return Math.floor(cursor / trace.dims.blockLength);
}

/** The scale of the colours, and what else is drawn. */
function Key({ data }: { data: SlotsData }) {
  const measured = data.held > 0 && data.norm(0, 0, 0) !== null;
  return (
    <p className={styles.key}>
      {measured ? (
        <>
          <span>norm 0</span>
          <span className={styles.ramp}>
            <Surface
              aria-hidden="true"
              depends={() => []}
              paint={(ctx, size, theme) => paintRamp(ctx, size, theme.globalRamp)}
            />
          </span>
          <span>
            {data.top[0]} (K), {data.top[1]} (V), linear, all heads of a layer together
          </span>
        </>
      ) : (
        <span>norms were not recorded for this run</span>
      )}
      <span className={styles.swatch} data-empty /> <span>empty</span>
      <span className={styles.swatch} data-pad /> <span>share of pads</span>
      <span className={styles.swatch} data-now /> <span>newest</span>
    </p>
  );
}
