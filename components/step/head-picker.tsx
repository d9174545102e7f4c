'use client';

import { useApp } from '../page-context';
import styles from './step.module.css';

interface HeadPickerProps {
  map: 'global' | 'local';
}

/** Which layer and head of a map is drawn. */
export function HeadPicker({ map }: HeadPickerProps) {
  const choice = useApp((state) => state[map]);
  const choose = useApp((state) => state.choose);
  const dims = useApp((state) => state.trace?.dims ?? state.info?.manifest.dims);
  const layers = map === 'global' ? dims?.blockLayers : dims?.tokenLayers;
  const name = map === 'global' ? 'Global' : 'Local';
  return (
    <span className={styles.picker}>
      <NumberSelect
        label={`${name} layer`}
        prefix="layer"
        count={layers ?? 1}
        value={choice.layer}
        onChange={(layer) => choose(map, { layer })}
      />
      <NumberSelect
        label={`${name} head`}
        prefix="head"
        count={dims?.heads ?? 1}
        value={choice.head}
        onChange={(head) => choose(map, { head })}
      />
    </span>
  );
}

interface NumberSelectProps {
  label: string;
  prefix: string;
  count: number;
  value: number;
  onChange(value: number): void;
}

function NumberSelect({ label, prefix, count, value, onChange }: NumberSelectProps) {
  return (
    <select
      className={styles.select}
      aria-label={label}
      value={Math.min(value, count - 1)}
      onChange={(event) => onChange(Number(event.target.value))}
    >
      {Array.from({ length: count }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the number is the identity
        <option key={i} value={i}>
          {prefix} {i}
        </option>
      ))}
    </select>
  );
}
