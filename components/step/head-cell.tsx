'use client';

import { globalMapData, localMapData } from '@/lib/draw/attention-data';
import { layoutMap, type MapOptions } from '@/lib/draw/attention-map';
import { paintThumbnail } from '@/lib/draw/attention-paint';
import { globalRowsAt } from '@/lib/draw/from-trace';
import type { MapName } from '@/lib/store/selection-slice';
import type { AppState } from '@/lib/store/store';
import { type Figure, figureText } from '@/lib/trace/head-figures';
import type { HeadChoice } from '@/lib/trace/heads';
import { Surface } from '../canvas/surface';
import { usePage } from '../page-context';
import styles from './step.module.css';

const OPTIONS: MapOptions = {
  gutter: 0,
  margin: 0,
  header: 0,
  minCell: 2,
  maxCell: 24,
  numbers: false,
  slide: true,
};

/** What stands under a mean and a maximum. */
const SHORT_NAMES = { mean: 'mean', max: 'max' };

interface HeadCellProps {
  map: MapName;
  choice: HeadChoice;
  /** For instance `layer 0, head 3`. */
  name: string;
  chosen: boolean;
  /** Its place is not its name: that is written under it. */
  named: boolean;
  figure: Figure;
  /** Null for what has no figure: a mean, a maximum, or a head without rows yet. */
  value: number | null;
  onChoose(): void;
}

/** One head of the grid: its map, small, and its figure. */
export function HeadCell({
  map,
  choice,
  name,
  chosen,
  named,
  figure,
  value,
  onChoose,
}: HeadCellProps) {
  const { layer, head } = choice;
  const text = figureText(value, figure.unit);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a radio input cannot hold a picture
    <button
      type="button"
      role="radio"
      className={styles.headCell}
      data-choice={idOf(choice)}
      aria-checked={chosen}
      aria-label={value === null ? name : `${name}, ${figure.name} ${text}`}
      title={name}
      tabIndex={chosen ? 0 : -1}
      onClick={onChoose}
    >
      <HeadMap map={map} choice={choice} />
      {named && (
        <span className={styles.headName}>
          {layer === 'all' ? 'all' : `L${layer}`}
          {typeof head === 'number' && ` h${head}`}
        </span>
      )}
      <span className={styles.headValue}>
        {typeof head === 'number' ? text : SHORT_NAMES[head]}
      </span>
    </button>
  );
}

/** Names a choice in the page. */
export function idOf({ layer, head }: HeadChoice): string {
  return `${layer} ${head}`;
}

/** One small map, painted from the trace at the cursor. */
function HeadMap({ map, choice }: { map: MapName; choice: HeadChoice }) {
  const { store } = usePage();
  return (
    <span className={styles.headMap}>
      <Surface
        aria-hidden="true"
        depends={() => dependsOn(store.getState(), map)}
        paint={(ctx, size, theme) => {
          const { trace, cursor, mapView } = store.getState();
          if (!trace || cursor === null) return;
          const ramp = map === 'global' ? theme.globalRamp : theme.localRamp;
          const dataOf = map === 'global' ? globalMapData : localMapData;
          // A whole run would not leave a small map a pixel for each cell.
          const view = { ...mapView, whole: false };
          const data = dataOf(trace, cursor, choice, view);
          const square = map === 'global' ? Math.max(4, data.rows) : data.size;
          const geometry = layoutMap({ ...data, size: square }, size, OPTIONS);
          paintThumbnail(ctx, geometry, theme, ramp);
        }}
      />
    </span>
  );
}

function dependsOn({ trace, cursor, mapView }: AppState, map: MapName): readonly unknown[] {
  const place =
    trace && cursor !== null && (map === 'global' ? globalRowsAt(trace, cursor) : cursor);
  return [trace, trace?.blocks, place, mapView];
}
