'use client';

import { useCallback, useMemo } from 'react';
import { PAPER_RIVALS, PRESETS, statedByPaper } from '@/lib/model/paper-sizes';
import { type FlatShape, type Setting, sameSize } from '@/lib/model/scaling';
import styles from '../lab.module.css';
import { Notices } from '../notices';
import { type Addressed, type Change, useAddressState } from '../use-address-state';
import { useCalm } from '../use-calm';
import { CachePlot } from './cache-plot';
import { FigureTable } from './figure-table';
import { figuresOf } from './figures';
import { Headline } from './headline';
import {
  presetOf,
  readScaling,
  SCALING_PARAMETERS,
  type ScalingState,
  scalingSearch,
} from './scaling-address';
import { SettingForm } from './setting-form';
import { settingProblem } from './setting-inputs';

const ADDRESSED: Addressed<ScalingState> = {
  parameters: SCALING_PARAMETERS,
  read: readScaling,
  search: scalingSearch,
};

/** The calculator: a block model and a flat one side by side, at any size. */
export function ScalingPart() {
  const { state, notices, change } = useAddressState(ADDRESSED);
  const problem = settingProblem(state.setting);
  return (
    <>
      <Notices notices={notices} />
      <div className={styles.split}>
        <SettingForm state={state} onChange={change} />
        <div className={styles.main}>
          {problem === null ? (
            <Results state={state} onChange={change} />
          ) : (
            <p className={styles.notice} role="alert">
              {problem}
            </p>
          )}
        </div>
      </div>
    </>
  );
}

/** The lines follow a dial at once, the numbers as fast as they can be read. */
function Results({ state, onChange }: { state: ScalingState; onChange: Change<ScalingState> }) {
  const { setting, rival, others } = state;
  const plotted = useMemo(() => rivalOf(setting, rival), [setting, rival]);
  const read = useCalm(state);
  const beside = useMemo(() => rivalOf(read.setting, read.rival), [read]);
  const figures = useMemo(() => figuresOf(read.setting, beside.flat), [read, beside]);
  const preset = beside.ofPaper ? null : presetOf(read.setting);
  const stated = useCallback((figure: string) => preset && statedByPaper(preset, figure), [preset]);
  const plot = useCallback((others: readonly string[]) => onChange({ others }), [onChange]);
  return (
    <>
      <Headline figures={figures} rival={beside.name} losses={lossWords(read)} />
      <CachePlot
        setting={setting}
        flat={plotted.flat}
        rival={plotted.name}
        others={others}
        onOthers={plot}
      />
      <FigureTable figures={figures} rival={beside.name} stated={stated} />
    </>
  );
}

/** The flat transformer that a setting is compared with. */
function rivalOf(
  setting: Setting,
  id: string,
): { flat: FlatShape; name: string; ofPaper: boolean } {
  const rival = PAPER_RIVALS.find((one) => one.id === id);
  return {
    flat: rival?.shape ?? sameSize(setting),
    name: rival?.name ?? 'same size',
    ofPaper: rival !== undefined,
  };
}

/** What the paper says of the two models' losses, where it has trained both; else what is known at equal size. */
function lossWords({ setting, rival }: ScalingState): string {
  const preset = PRESETS.find(({ id }) => id === presetOf(setting));
  const flat = PAPER_RIVALS.find(({ id }) => id === rival);
  if (flat?.loss && preset?.loss) {
    return `Training loss in nats a token (paper, table 1): ${preset.name} ${preset.loss.toFixed(3)}, ${flat.name} ${flat.loss.toFixed(3)}.`;
  }
  if (flat)
    return `${flat.name} is a size of the paper; which of the two writes better is not derived here.`;
  return 'At the same size the flat transformer writes better: in the paper a block model of equal loss has two to three times the parameters.';
}
