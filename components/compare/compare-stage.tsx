'use client';

import { Stage } from '../present/stage';
import stage from '../present/stage.module.css';
import { useCompare, useCompareMoment, useCompareState, useCompareView } from './compare-context';

/** The stage of Compare: both lanes, and where the cursor is. Keys move it as they always do. */
export function CompareStage() {
  const { view } = useCompare();
  const singleKeys = useCompareView((state) => state.singleKeys);
  const upper = useCompareState((state) => state.lanes.upper.model);
  const lower = useCompareState((state) => state.lanes.lower.model);
  const { cursor } = useCompareMoment();
  return (
    <Stage store={view} singleKeys={singleKeys} title={`${upper} · ${lower}, measured here`}>
      {cursor !== null && <span className={stage.where}>token {cursor}</span>}
    </Stage>
  );
}
