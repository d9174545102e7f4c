'use client';

import { useState } from 'react';
import type { PresentStore } from '@/lib/store/present-slice';
import { isKeptOff } from '../help/use-single-keys';
import { Stage } from '../present/stage';
import { PARTS } from './parts';

interface LabStageProps {
  store: PresentStore;
  /** The part that is shown, counted from 0. */
  part: number;
}

/** The stage of the Lab: its parts, one after the other. */
export function LabStage({ store, part }: LabStageProps) {
  const [singleKeys] = useState(() => !isKeptOff());
  return (
    <Stage
      store={store}
      singleKeys={singleKeys}
      views={{
        kind: 'part',
        names: PARTS.map(({ name }) => name),
        at: part,
        go: (index) => {
          window.location.hash = PARTS[index]?.id ?? '';
        },
      }}
      title="Lab"
    />
  );
}
