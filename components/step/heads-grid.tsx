'use client';

import { layoutMap, type MapData } from '@/lib/draw/attention-map';
import { paintThumbnail } from '@/lib/draw/attention-paint';
import type { HeadChoice } from '@/lib/store/selection-slice';
import { Surface } from '../canvas/surface';
import { useApp } from '../page-context';
import styles from './step.module.css';

const OPTIONS = { gutter: 0, margin: 0, header: 0, maxCell: 24, numbers: false };

interface HeadsGridProps {
  map: 'global' | 'local';
  layers: number;
  heads: number;
  data(head: HeadChoice): MapData | null;
  /** What the drawings depend on besides the head. */
  depends(): readonly unknown[];
  onPick(head: HeadChoice): void;
}

/** Every layer and head of a map, small; one press shows it large. */
export function HeadsGrid({ map, layers, heads, data, depends, onPick }: HeadsGridProps) {
  const chosen = useApp((state) => state[map]);
  const all = Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: heads }, (_, head) => ({ layer, head })),
  );
  return (
    <div
      className={styles.heads}
      style={{ gridTemplateColumns: `auto repeat(${heads}, minmax(0, 1fr))` }}
    >
      <span />
      {all[0]?.map(({ head }) => (
        <span key={head} className={styles.headName}>
          h{head}
        </span>
      ))}
      {all.map((row, layer) => [
        // biome-ignore lint/suspicious/noArrayIndexKey: the number of the layer is the identity
        <span key={`layer ${layer}`} className={styles.headName}>
          L{layer}
        </span>,
        ...row.map((choice) => (
          <button
            key={`${choice.layer} ${choice.head}`}
            type="button"
            className={styles.headCell}
            aria-label={`layer ${choice.layer}, head ${choice.head}`}
            aria-pressed={chosen.layer === choice.layer && chosen.head === choice.head}
            onClick={() => onPick(choice)}
          >
            <span className={styles.headMap}>
              <Surface
                aria-hidden="true"
                depends={depends}
                paint={(ctx, size, theme) => {
                  const now = data(choice);
                  const ramp = map === 'global' ? theme.globalRamp : theme.localRamp;
                  if (now) paintThumbnail(ctx, layoutMap(now, size, OPTIONS), theme, ramp);
                }}
              />
            </span>
          </button>
        )),
      ])}
    </div>
  );
}
