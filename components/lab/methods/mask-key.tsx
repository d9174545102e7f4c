'use client';

import { memo } from 'react';
import { maskLegend, paintMaskSwatch } from '@/lib/draw/mask-picture';
import type { Method, Panel } from '@/lib/methods/types';
import { Surface } from '../../canvas/surface';
import styles from './methods.module.css';

/** What the marks of a mask mean. */
export const MaskKey = memo(function MaskKey({ method, panel }: { method: Method; panel: Panel }) {
  const entries = maskLegend(method, panel);
  if (entries.length === 0) return null;
  return (
    <ul className={styles.key} aria-label="Marks">
      {entries.map((entry) => (
        <li key={entry.mark}>
          <span className={styles.swatch}>
            <Surface
              aria-hidden="true"
              depends={() => [entry.mark, entry.thickness]}
              paint={(ctx, { width, height }, theme) =>
                paintMaskSwatch(ctx, { x: 0, y: 0, width, height }, entry, theme)
              }
            />
          </span>
          {entry.label}
        </li>
      ))}
    </ul>
  );
});
