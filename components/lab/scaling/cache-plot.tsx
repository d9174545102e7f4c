'use client';

import { memo, useMemo } from 'react';
import { formatBytes } from '@/lib/model/cost';
import {
  blockModel,
  type FlatShape,
  flatModel,
  heldBytes,
  type Setting,
} from '@/lib/model/scaling';
import { Chart, type ChartAxis, type ChartSeries } from '../../chart/chart';
import { binaryTicks } from '../../chart/ticks';
import fields from '../field.module.css';
import lab from '../lab.module.css';
import { MOST_OTHERS, methodBytes, OTHER_LINES, PLOTTED, shapeOf } from '../plotted-methods';
import styles from './scaling.module.css';

interface CachePlotProps {
  setting: Setting;
  flat: FlatShape;
  rival: string;
  /** Ids of other methods in the plot. */
  others: readonly string[];
  onOthers(others: readonly string[]): void;
}

const POINTS = 32;
const LENGTH: ChartAxis = {
  label: 'tokens of context',
  format: (value) => value.toLocaleString('en'),
  ticks: binaryTicks,
};
const HELD: ChartAxis = { label: 'bytes held', format: formatBytes, ticks: binaryTicks };

/** KV bytes of one sequence against its length, for both architectures and for other methods on the flat one. */
export const CachePlot = memo(function CachePlot(props: CachePlotProps) {
  const { setting, flat, rival, others, onOthers } = props;
  const series = useMemo(
    () => linesOf(setting, flat, rival, others),
    [setting, flat, rival, others],
  );
  const x = useMemo(
    () => ({ ...LENGTH, domain: [0, setting.context] as const }),
    [setting.context],
  );
  return (
    <section aria-label="KV cache against context">
      <h3 className={lab.heading}>KV cache of one sequence as it grows</h3>
      <Chart label="KV cache against context" x={x} y={HELD} series={series} height={290} />
      <OtherMethods
        layers={setting.blockLayers + setting.tokenLayers}
        width={setting.width}
        heads={setting.heads}
        others={others}
        onOthers={onOthers}
      />
    </section>
  );
});

type OtherMethodsProps = Pick<Setting, 'width' | 'heads'> &
  Pick<CachePlotProps, 'others' | 'onOthers'> & { layers: number };

/** Which other methods are in the plot. */
const OtherMethods = memo(function OtherMethods(props: OtherMethodsProps) {
  const { layers, width, heads, others, onOthers } = props;
  return (
    <details className={styles.others}>
      <summary>
        Other ways to shrink the cache in this plot
        {others.length > 0 && `: ${others.length} of at most ${MOST_OTHERS}`}
      </summary>
      <p className={lab.small}>
        Each on the flat transformer of the same size, {layers} layers of width{' '}
        {width.toLocaleString('en')} with {heads} heads, with usual parameters.
      </p>
      <div className={styles.methods}>
        {PLOTTED.map(({ id, name }) => (
          <label key={id} className={fields.check}>
            <input
              type="checkbox"
              checked={others.includes(id)}
              disabled={!others.includes(id) && others.length >= MOST_OTHERS}
              onChange={(event) =>
                onOthers(
                  event.target.checked ? [...others, id] : others.filter((one) => one !== id),
                )
              }
            />
            {name}
          </label>
        ))}
      </div>
    </details>
  );
});

/** Bytes at every length, for the two architectures and for the other methods. */
function linesOf(
  setting: Setting,
  flat: FlatShape,
  rival: string,
  others: readonly string[],
): ChartSeries[] {
  const { bytesPerNumber } = setting;
  const lengths = lengthsUpTo(setting);
  const block = blockModel(setting);
  const rivalModel = flatModel(flat);
  const shape = shapeOf(setting);
  return [
    {
      id: 'flat',
      name: `flat, ${rival}`,
      tone: 'flat',
      dashed: true,
      points: lengths.map((x) => ({ x, y: heldBytes(rivalModel, x, bytesPerNumber).global })),
    },
    {
      id: 'block',
      name: 'block: global, and local at most',
      tone: 'global',
      points: lengths.map((x) => {
        const { global, local } = heldBytes(block, x, bytesPerNumber);
        return { x, y: x === 0 ? 0 : global + local };
      }),
    },
    ...PLOTTED.filter(({ id }) => others.includes(id)).map((method) => ({
      id: method.id,
      name: method.name,
      ...(OTHER_LINES[others.indexOf(method.id)] ?? { tone: 'mute' as const }),
      points: lengths.flatMap((x) => {
        const y = methodBytes(method, x, shape, bytesPerNumber);
        return y === null ? [] : [{ x, y }];
      }),
    })),
  ];
}

/** Whole blocks, evenly spread over the context, and the prompt's end. */
function lengthsUpTo({ context, blockLength, prompt }: Setting): number[] {
  const lengths = Array.from({ length: POINTS + 1 }, (_, i) => {
    const blocks = Math.round((i * context) / POINTS / blockLength);
    return Math.min(context, blocks * blockLength);
  });
  // Some methods drop entries when the prompt ends.
  const all = new Set([...lengths, prompt, prompt + 1, context]);
  return [...all].sort((a, b) => a - b);
}
