'use client';

import { memo, useMemo, useState } from 'react';
import { YARDSTICK } from '@/lib/methods';
import { defaults, type Method, type Params } from '@/lib/methods/types';
import { Chart, type ChartAxis, type ChartSeries } from '../../chart/chart';
import { binaryTicks } from '../../chart/ticks';
import lab from '../lab.module.css';
import { formatRatio, formatWork } from '../scaling/figures';
import { methodById } from './method-address';
import {
  COST_SHAPE,
  type Count,
  costKeys,
  curveLengths,
  hangsOnPrompt,
  LENGTHS,
  noCurve,
  numbersOf,
  partsOf,
  peakOf,
  yardsticks,
} from './method-costs';
import styles from './methods.module.css';
import { ParameterFields } from './parameter-fields';

interface CostSectionProps {
  method: Method;
  params: Params;
  onParams(params: Params): void;
}

/** Points that keys go along, and points of a line: segments and chunks come and go within hundreds of tokens. */
const READ_OUT = 64;
const DRAWN = 1024;

const COUNTS: readonly { count: Count; name: string }[] = [
  { count: 'stored', name: 'stored' },
  { count: 'read', name: 'read in a step' },
];

const UP: Record<Count, ChartAxis> = {
  stored: { label: 'numbers stored', format: formatWork },
  read: { label: 'numbers read', format: formatWork },
};

/** What a method stores and reads beside the yardsticks, as lines and at three lengths. */
export const CostSection = memo(function CostSection(props: CostSectionProps) {
  const { method, params, onParams } = props;
  const [count, setCount] = useState<Count>('stored');
  const [max, setMax] = useState<number>(LENGTHS[1]);
  const missing = noCurve(method);
  const keys = useMemo(() => costKeys(method), [method]);
  const onPrompt = useMemo(() => hangsOnPrompt(method), [method]);
  const beside = useMemo(
    () => yardsticks(method).map((one) => lineOf(one, defaults(one), count, max)),
    [method, count, max],
  );
  const own = useMemo(() => lineOf(method, params, count, max), [method, params, count, max]);
  const series = useMemo(() => [...beside, own], [beside, own]);
  const x = useMemo<ChartAxis>(
    () => ({
      label: method.unit === 'byte' ? 'bytes of text' : 'tokens of text',
      format: (value) => value.toLocaleString('en'),
      ticks: binaryTicks,
      domain: [0, max],
    }),
    [method, max],
  );
  return (
    <section aria-label="What it stores and reads">
      <h3 className={lab.heading}>What it stores and reads</h3>
      <p className={lab.small}>
        Derived, in numbers of one sequence, for {COST_SHAPE.layers} layers of width{' '}
        {COST_SHAPE.width.toLocaleString('en')} with {COST_SHAPE.heads} heads; a prompt of{' '}
        {COST_SHAPE.promptLength.toLocaleString('en')} tokens. Weights are not counted.
      </p>
      {missing !== null && <p className={styles.missing}>{missing}</p>}
      {missing === null && (
        <div className={styles.curve}>
          <div className={styles.figure}>
            <div className={styles.switches}>
              <Segments
                legend="Count"
                options={COUNTS.map(({ count: value, name }) => ({ value, name }))}
                value={count}
                onChange={(value) => setCount(value)}
              />
              <Segments
                legend="Length"
                options={LENGTHS.map((value) => ({
                  value,
                  name: `to ${value.toLocaleString('en')}`,
                }))}
                value={max}
                onChange={(value) => setMax(value)}
              />
            </div>
            <Chart
              label={`Numbers ${count === 'stored' ? 'stored' : 'read in a step'} against length`}
              x={x}
              y={UP[count]}
              series={series}
              height={280}
            />
          </div>
          <div className={styles.settings}>
            <ParameterFields method={method} keys={keys} values={params} onChange={onParams} />
            {keys.length > 0 && (
              <p className={lab.small}>
                Apart from the picture’s: it shows tens of positions, these are thousands.
              </p>
            )}
            {onPrompt && (
              <p className={lab.small}>
                Until the prompt ends nothing is dropped: the most that is held is the whole prompt.
              </p>
            )}
            {method.unit === 'byte' && (
              <p className={lab.small}>
                Positions are bytes here and tokens elsewhere, so the other lines are not beside it.
              </p>
            )}
          </div>
        </div>
      )}
      {method.stored !== null && <SizeTable method={method} params={params} />}
    </section>
  );
});

/** A method’s line up to `max` positions. */
function lineOf(method: Method, params: Params, count: Count, max: number): ChartSeries {
  const pointsAt = (lengths: readonly number[]) =>
    lengths.flatMap((x) => {
      const y = numbersOf(method, count, x, params);
      return y === null ? [] : [{ x, y }];
    });
  return {
    id: method.id,
    name: method.name,
    ...lookOf(method),
    points: pointsAt(curveLengths(max, READ_OUT)),
    line: pointsAt(curveLengths(max, DRAWN)),
  };
}

function lookOf({ id }: Method): Pick<ChartSeries, 'tone' | 'dashed'> {
  if (id === YARDSTICK.id) return { tone: 'flat', dashed: true };
  return id === 'block-transformer' ? { tone: 'global' } : { tone: 'ink' };
}

/** Sizes at three lengths, beside multi-head attention and the Block Transformer. */
function SizeTable({ method, params }: { method: Method; params: Params }) {
  const block = methodById('block-transformer');
  const beside = method.unit === 'token';
  const made = madeOf(method, LENGTHS[1], params);
  const yardstick = (n: number) => numbersOf(YARDSTICK, 'stored', n, defaults(YARDSTICK)) ?? 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className={styles.sizes} aria-label="Sizes" tabIndex={0}>
      <table>
        <caption className="visually-hidden">
          Numbers that {method.name} stores and reads, at three lengths
        </caption>
        <thead>
          <tr>
            <th scope="col">{method.unit === 'byte' ? 'bytes' : 'tokens'}</th>
            <th scope="col">stored</th>
            <th scope="col">at most on the way</th>
            <th scope="col">read for a {method.unit}</th>
            {beside && <th scope="col">multi-head stores</th>}
            {beside && <th scope="col">times less</th>}
            {beside && <th scope="col">Block Transformer stores</th>}
          </tr>
        </thead>
        <tbody>
          {LENGTHS.map((n) => {
            const stored = numbersOf(method, 'stored', n, params) ?? 0;
            return (
              <tr key={n}>
                <th scope="row">{n.toLocaleString('en')}</th>
                <td>{formatWork(stored)}</td>
                <td>{formatWork(peakOf(method, n, params) ?? 0)}</td>
                <td>{formatWork(numbersOf(method, 'read', n, params) ?? 0)}</td>
                {beside && <td>{formatWork(yardstick(n))}</td>}
                {beside && <td>{formatRatio(yardstick(n) / stored)} ×</td>}
                {beside && block && (
                  <td>{formatWork(numbersOf(block, 'stored', n, defaults(block)) ?? 0)}</td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      {made !== null && <p className={lab.small}>{made}</p>}
    </section>
  );
}

/** What a sum is made of; null where it is one thing. */
function madeOf(method: Method, n: number, params: Params): string | null {
  const parts = partsOf(method, 'stored', n, params);
  if (parts.length < 2) return null;
  const words = parts.map(({ name, numbers }) => `${name} ${formatWork(numbers)}`).join(', ');
  return `Stored at ${n.toLocaleString('en')}: ${words}.`;
}

interface SegmentsProps<T extends string | number> {
  legend: string;
  options: readonly { value: T; name: string }[];
  value: T;
  onChange(value: T): void;
}

/** One of a few, side by side. */
function Segments<T extends string | number>(props: SegmentsProps<T>) {
  const { legend, options, value, onChange } = props;
  return (
    <fieldset className={styles.panels}>
      <legend className="visually-hidden">{legend}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={`cost-${legend}`}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.name}</span>
        </label>
      ))}
    </fieldset>
  );
}
