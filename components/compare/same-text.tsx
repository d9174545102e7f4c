'use client';

import { useId } from 'react';
import { surpriseBySlot } from '@/lib/compare/figures';
import { isU } from '@/lib/compare/slot-shape';
import { promptTokensOf, textTokensOf } from '@/lib/compare/text-trace';
import { LANES, type LaneId, type LaneTrace } from '@/lib/compare/types';
import step from '../step/step.module.css';
import styles from './compare.module.css';
import { useCompare, useCompareMoment, useCompareState } from './compare-context';

/** Whose text the lanes have: each its own, or one lane's text in both. */
type Mode = 'own' | LaneId;

/** Chooses whose text is looked at. */
export function SameText() {
  const { session } = useCompare();
  const lanes = useCompareState((state) => state.lanes);
  const name = useId();
  const mode: Mode = lanes.lower.givenBy ?? lanes.upper.givenBy ?? 'own';
  const written = LANES.every((id) => lanes[id].trace !== null);
  const choose = (next: Mode) => {
    if (next === 'own') void session.generate();
    else void session.giveText(next);
  };
  const same = lanes.upper.model === lanes.lower.model;
  const options: { value: Mode; text: string; enabled: boolean }[] = [
    { value: 'own', text: 'each its own', enabled: true },
    ...LANES.map((id) => ({
      value: id,
      text: `${same ? `the ${id} lane` : lanes[id].model}’s in both`,
      // A lane that was given a text has none of its own to give.
      enabled: written && lanes[id].givenBy === null,
    })),
  ];
  return (
    <section aria-label="Whose text">
      <fieldset className={`${step.choices} ${styles.modes}`}>
        <legend>Text</legend>
        {options.map(({ value, text, enabled }) => (
          <label key={value} data-off={!enabled || undefined}>
            <input
              type="radio"
              name={name}
              checked={mode === value}
              disabled={!enabled}
              onChange={() => choose(value)}
            />
            <span>{text}</span>
          </label>
        ))}
      </fieldset>
    </section>
  );
}

/** With one text in both lanes: their mean surprise by the slots of the block lane, over the same tokens. */
export function BySlot() {
  const moment = useCompareMoment();
  const lanes = useCompareState((state) => state.lanes);
  const { cursor } = moment;
  const shown = LANES.flatMap((id) => {
    const trace = moment[id];
    return trace ? [{ id, model: lanes[id].model, trace }] : [];
  });
  const like = likeOf(shown.map(({ trace }) => trace));
  const same = LANES.some((id) => lanes[id].givenBy !== null);
  if (!same || cursor === null || !like || shown.length < 2) return null;
  const last = Math.min(cursor, ...shown.map(({ trace }) => textTokensOf(trace) - 1));
  const columns = shown.map(({ trace }) => surpriseBySlot(trace, last, like));
  const most = Math.max(1, ...columns.flat().map((bits) => bits ?? 0));
  const written = last + 1 - promptTokensOf(like);
  const blockMeans = columns[shown.findIndex(({ trace }) => trace === like)] ?? [];
  const seen = written >= LEAST_FOR_U * like.dims.blockLength && isU(blockMeans);
  return (
    <section aria-label="Surprise by slot">
      <table className={styles.slots}>
        <caption>Mean surprise by slot, up to the cursor, bits a token at T = 1</caption>
        <thead>
          <tr>
            <th scope="col">slot</th>
            {shown.map(({ id, model }) => (
              <th key={id} scope="col">
                {model}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: like.dims.blockLength }, (_, slot) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: slots never move
            <tr key={slot}>
              <th scope="row">{slot}</th>
              {shown.map(({ id }, i) => {
                const bits = columns[i]?.[slot] ?? null;
                return (
                  <td key={id}>
                    <span
                      className={styles.slotBar}
                      style={{ width: `${(100 * (bits ?? 0)) / most}%` }}
                    />
                    <span>{bits === null ? '–' : bits.toFixed(2)}</span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {seen && (
        <p className={styles.note}>
          In its blocks the first slot is dear, the middle is cheapest and the end rises again: the
          U over the slots that the paper found (figure 3d), seen here in {written} tokens.
        </p>
      )}
    </section>
  );
}

/** Tokens in each slot before anything is said of their means. */
const LEAST_FOR_U = 8;

/** The trace whose slots are used: the one with the longest blocks; null where no lane has blocks. */
function likeOf(traces: readonly LaneTrace[]): LaneTrace | null {
  const [longest] = [...traces].sort((a, b) => b.dims.blockLength - a.dims.blockLength);
  return longest && longest.dims.blockLength > 1 ? longest : null;
}
