'use client';

import { layoutVector, paintVector, reachOf } from '@/lib/draw/vector';
import { placeOf } from '@/lib/model/layout';
import { Surface } from '../canvas/surface';
import { useMoment, usePage } from '../page-context';
import { Panel } from '../panel/panel';
import { PanelActions } from '../panel/panel-actions';
import { StationTitle } from './station-title';
import styles from './step.module.css';

const PER_ROW = 64;

/** The context embedding of the block before, and the prefixes made from it: measured numbers, as bars around zero. */
export function ContextPanel() {
  const { trace, cursor } = useMoment();
  const place = trace && cursor !== null ? placeOf(cursor, trace.dims) : null;
  const context = trace && place ? trace.context(place.globalRow) : null;
  const prefixes = trace && place ? trace.prefixes(place.block) : null;
  const count = trace?.dims.prefixLength ?? 2;
  return (
    <Panel name="context" label="Context and prefixes" className={styles.panel}>
      <div className={styles.head}>
        <StationTitle station="context" className={styles.title}>
          Context
        </StationTitle>
        <PanelActions panel="context" />
      </div>
      <p className={styles.sub}>1 vector → {count} prefixes</p>
      {context && place ? (
        <div className={styles.vectors}>
          <Vector name={`context ${place.globalRow}`} family="global" values={context} />
          {trace && prefixes ? (
            prefixNames(count).map((name, i) => (
              <Vector
                key={name}
                name={name}
                family="local"
                values={prefixes.subarray(i * trace.dims.width, (i + 1) * trace.dims.width)}
              />
            ))
          ) : (
            <p className={styles.note}>No prefixes: the prompt is not decoded token by token.</p>
          )}
        </div>
      ) : (
        <p className={styles.empty}>All that a block may know of the text before it.</p>
      )}
    </Panel>
  );
}

function prefixNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `prefix ${i}`);
}

interface VectorProps {
  name: string;
  family: 'global' | 'local';
  values: Float32Array;
}

function Vector({ name, family, values }: VectorProps) {
  const { store } = usePage();
  const reach = reachOf(values);
  return (
    <div className={styles.vector}>
      <p className={styles.vectorName}>
        <span className={family === 'global' ? styles.globalWord : styles.localWord}>{name}</span>
        <span>√, ±{reach.toFixed(reach < 10 ? 1 : 0)}</span>
      </p>
      <div className={styles.vectorBars} data-flow={family === 'global' ? 'context' : 'prefix'}>
        <Surface
          role="img"
          aria-label={`${name}: ${values.length} numbers, largest magnitude ${reach.toFixed(2)}`}
          depends={() => [values, store.getState().trace]}
          paint={(ctx, size, theme) => {
            const rect = { x: 0, y: 0, ...size };
            const geometry = layoutVector(values, Math.min(PER_ROW, values.length), reach, rect);
            paintVector(ctx, geometry, theme[family], theme.line);
          }}
        />
      </div>
    </div>
  );
}
