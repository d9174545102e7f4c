'use client';

import type { ReactNode } from 'react';
import type { CompareCommandId } from '@/lib/commands/compare-commands';
import { keyOf } from '@/lib/commands/keys';
import { ActionButton } from '../action-button';
import { useCompare, useCompareMoment, useCompareState, useCompareView } from './compare-context';

interface CompareButtonProps {
  id: CompareCommandId;
  /** What is seen; the accessible name is the command's label. */
  children: ReactNode;
  strong?: boolean;
  className?: string;
  pressed?: boolean;
}

/** A button made from a command of Compare. */
export function CompareButton({ id, ...look }: CompareButtonProps) {
  const { commands } = useCompare();
  const command = commands[id];
  // Whether a step is possible follows the cursor.
  useCompareMoment();
  const enabled = useCompareState(() => command.enabled());
  const singleKeys = useCompareView((state) => state.singleKeys);
  return (
    <ActionButton
      {...look}
      label={command.label()}
      shortcut={keyOf(command, singleKeys)}
      enabled={enabled}
      onAct={command.run}
    />
  );
}
