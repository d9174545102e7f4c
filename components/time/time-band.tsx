'use client';

import { useState } from 'react';
import { Panel } from '../panel/panel';
import { PanelActions } from '../panel/panel-actions';
import { AxisFigure } from './axis-figure';
import { AxisTable } from './axis-table';
import { Place, PlaybackBar } from './playback-bar';
import styles from './time.module.css';
import { ViewControls } from './view-controls';

/** The run over time, on one token axis, and the controls that move through it. */
export function TimeBand() {
  const [asTable, setAsTable] = useState(false);
  return (
    <Panel name="axis" label="Over time" className={styles.band}>
      <div className={styles.bar}>
        <PlaybackBar />
        <Place />
        <ViewControls asTable={asTable} onTable={setAsTable} />
        <PanelActions panel="axis" />
      </div>
      <AxisFigure table={asTable ? <AxisTable /> : null} />
    </Panel>
  );
}
