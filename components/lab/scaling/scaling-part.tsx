'use client';

import { useEffect, useState } from 'react';
import { PAPER_RIVALS, PRESETS, statedByPaper } from '@/lib/model/paper-sizes';
import { type FlatShape, sameSize } from '@/lib/model/scaling';
import { writeAddress } from '../address-bar';
import styles from '../lab.module.css';
import { Notices } from '../notices';
import { CachePlot } from './cache-plot';
import { FigureTable } from './figure-table';
import { figuresOf } from './figures';
import { Headline } from './headline';
import {
  defaultScaling,
  presetOf,
  readScaling,
  SCALING_PARAMETERS,
  type ScalingState,
  scalingSearch,
} from './scaling-address';
import { SettingForm } from './setting-form';
import { settingProblem } from './setting-inputs';

/** The calculator: a block model and a flat one side by side, at any size. */
export function ScalingPart() {
  const [state, setState] = useState<ScalingState>(defaultScaling);
  const [notices, setNotices] = useState<readonly string[]>([]);
  useEffect(() => {
    const address = readScaling(window.location.search);
    setState(address.state);
    setNotices(address.notices);
  }, []);
  const change = (next: ScalingState) => {
    setState(next);
    setNotices([]);
    writeAddress(SCALING_PARAMETERS, scalingSearch(next));
  };

  const { setting } = state;
  const preset = presetOf(setting);
  const problem = settingProblem(setting);
  const rival = PAPER_RIVALS.find(({ id }) => id === state.rival);
  const flat: FlatShape = rival?.shape ?? sameSize(setting);
  const rivalName = rival ? rival.name : 'same size';
  return (
    <>
      <Notices notices={notices} />
      <div className={styles.split}>
        <SettingForm state={state} onChange={change} />
        <div className={styles.main}>
          {problem === null ? (
            <>
              <Headline
                figures={figuresOf(setting, flat)}
                rival={rivalName}
                losses={lossWords(state)}
              />
              <CachePlot
                setting={setting}
                flat={flat}
                rival={rivalName}
                others={state.others}
                onOthers={(others) => change({ ...state, others })}
              />
              <FigureTable
                figures={figuresOf(setting, flat)}
                rival={rivalName}
                stated={(figure) => (preset && !rival ? statedByPaper(preset, figure) : null)}
              />
            </>
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
