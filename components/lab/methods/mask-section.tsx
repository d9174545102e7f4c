'use client';

import { Table2 } from 'lucide-react';
import { memo, useId, useMemo, useState } from 'react';
import type { Method, Params } from '@/lib/methods/types';
import chart from '../../chart/chart.module.css';
import { DialField } from '../dial-field';
import lab from '../lab.module.css';
import { MaskFigure } from './mask-figure';
import { MaskKey } from './mask-key';
import { MaskTable } from './mask-table';
import { LEAST_LENGTH, MOST_LENGTH } from './method-address';
import { COST_SHAPE, hangsOnPrompt } from './method-costs';
import styles from './methods.module.css';
import { ParameterFields } from './parameter-fields';

interface MaskSectionProps {
  method: Method;
  /** Positions of the picture. */
  length: number;
  params: Params;
  onLength(length: number): void;
  onParams(params: Params): void;
}

const STOPS = [8, 12, 16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 224, 256];

/** What a position sees, as a picture at any length from 8 to 256. */
export const MaskSection = memo(function MaskSection(props: MaskSectionProps) {
  const { method, length, params, onLength, onParams } = props;
  const [chosen, setChosen] = useState(0);
  const [table, setTable] = useState(false);
  const tableId = useId();
  // Where a prompt matters it ends half-way, so that both sides of its end are seen.
  const promptLength = Math.floor(length / 2);
  const panels = useMemo(
    () => method.panels({ n: length, shape: { ...COST_SHAPE, promptLength }, params }),
    [method, length, promptLength, params],
  );
  const onPrompt = useMemo(() => hangsOnPrompt(method), [method]);
  const panel = panels[Math.min(chosen, panels.length - 1)];
  if (!panel) return null;
  return (
    <section aria-label="What a position sees">
      <div className={styles.sectionHead}>
        <h3 className={lab.heading}>What a position sees</h3>
        <button
          type="button"
          className={chart.switch}
          aria-label="Show the mask as a table"
          title="Show the mask as a table"
          aria-pressed={table}
          aria-controls={table ? tableId : undefined}
          onClick={() => setTable(!table)}
        >
          <Table2 size={16} aria-hidden="true" />
        </button>
      </div>
      {panels.length > 1 && (
        <fieldset className={styles.panels}>
          <legend className="visually-hidden">Picture</legend>
          {panels.map(({ id, name }, i) => (
            <label key={id}>
              <input
                type="radio"
                name={`${method.id}-panel`}
                checked={panel.id === id}
                onChange={() => setChosen(i)}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
      )}
      <div className={styles.picture}>
        {table ? (
          <div id={tableId} className={styles.tableBox}>
            <MaskTable method={method} panel={panel} />
          </div>
        ) : (
          <MaskFigure method={method} panel={panel} />
        )}
        <div className={styles.settings}>
          <MaskKey method={method} panel={panel} />
          {!panel.causal && <p className={lab.small}>Not causal. {panel.whyLater}</p>}
          <DialField
            label="Length of the picture"
            unit={method.unit === 'byte' ? 'bytes' : 'tokens'}
            min={LEAST_LENGTH}
            max={MOST_LENGTH}
            stops={STOPS}
            value={length}
            onChange={onLength}
          />
          <ParameterFields method={method} values={params} onChange={onParams} />
          {onPrompt && (
            <p className={lab.small}>The prompt ends half-way, at position {promptLength}.</p>
          )}
        </div>
      </div>
    </section>
  );
});
