'use client';

import {
  layoutVector,
  moveValue,
  paintChosenValue,
  paintVector,
  reachOf,
  valueAt,
} from '@/lib/draw/vector';
import { placeOf } from '@/lib/model/layout';
import { useMoment, usePage } from '../page-context';
import { CursorFigure } from './cursor-figure';
import styles from './station.module.css';

/** The context embedding and the prefixes made from it: every number can be read. */
export function ContextStation() {
  const { trace, cursor } = useMoment();
  const place = trace && cursor !== null ? placeOf(cursor, trace.dims) : null;
  const context = trace && place ? trace.context(place.globalRow) : null;
  if (!trace || !place || !context) {
    return <p className={styles.empty}>Block 0 has no context: nothing precedes it.</p>;
  }
  const { width, prefixLength } = trace.dims;
  const prefixes = trace.prefixes(place.block);
  return (
    <div className={styles.context}>
      <Values name={`context ${place.globalRow}`} family="global" values={context} />
      {prefixes ? (
        <>
          <Fork parts={prefixLength} />
          <div
            className={styles.prefixes}
            style={{ '--parts': prefixLength } as React.CSSProperties}
          >
            {Array.from({ length: prefixLength }, (_, i) => (
              <Values
                // biome-ignore lint/suspicious/noArrayIndexKey: the number of the prefix is the identity
                key={i}
                name={`prefix ${i}`}
                family="local"
                values={prefixes.subarray(i * width, (i + 1) * width)}
              />
            ))}
          </div>
        </>
      ) : (
        <p className={styles.note}>
          Block {place.block} is part of the prompt: no prefixes are made, for its tokens are not
          decoded.
        </p>
      )}
    </div>
  );
}

interface ValuesProps {
  name: string;
  family: 'global' | 'local';
  values: Float32Array;
}

/** A vector's numbers as bars, folded into rows that fit the width. */
function Values({ name, family, values }: ValuesProps) {
  const { store } = usePage();
  const reach = reachOf(values);
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return (
    <section className={styles.values} data-family={family} aria-label={name}>
      <h3>
        {name}
        <small>
          {values.length} numbers · length {norm.toFixed(2)}
        </small>
      </h3>
      <CursorFigure
        label={`${name}, ${values.length} numbers.`}
        className={styles.bars}
        depends={() => [values, store.getState().trace]}
        layout={(size) =>
          layoutVector(values, perRow(size.width, values.length), reach, { x: 0, y: 0, ...size })
        }
        paint={(ctx, geometry, selected, theme) => {
          paintVector(ctx, geometry, theme[family], theme.line);
          if (selected !== null) paintChosenValue(ctx, geometry, selected, theme);
        }}
        at={valueAt}
        move={moveValue}
        describe={(_, index: number) =>
          `${name}, number ${index} of 0–${values.length - 1}: ${(values[index] ?? 0).toFixed(4)}`
        }
      >
        bars by √ of the magnitude, full height ±{reach.toFixed(2)}
      </CursorFigure>
    </section>
  );
}

/** As many bars side by side as leave each at least five pixels. */
function perRow(width: number, count: number): number {
  for (const part of [count, 128, 64, 32]) if (part <= count && width / part >= 5) return part;
  return Math.min(32, count);
}

/** One line that parts into the prefixes, blue into orange. */
function Fork({ parts }: { parts: number }) {
  const ends = Array.from({ length: parts }, (_, i) => ((i + 0.5) / parts) * 100);
  return (
    <svg className={styles.fork} viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
      <defs>
        <linearGradient id="fork" x1="0" x2="0" y1="0" y2="20" gradientUnits="userSpaceOnUse">
          <stop offset="0.15" stopColor="var(--global)" />
          <stop offset="0.85" stopColor="var(--local)" />
        </linearGradient>
      </defs>
      {ends.map((x) => (
        <path key={x} d={`M50 0 C50 12 ${x} 8 ${x} 20`} />
      ))}
    </svg>
  );
}
