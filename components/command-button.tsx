'use client';

import type { ReactNode } from 'react';
import type { CommandId } from '@/lib/commands/commands';
import { keyOf } from '@/lib/commands/keys';
import { ActionButton } from './action-button';
import { useApp, useMoment, usePage } from './page-context';

interface CommandButtonProps {
  id: CommandId;
  /** What is seen; the accessible name is the command's label. */
  children: ReactNode;
  strong?: boolean;
  className?: string;
  pressed?: boolean;
}

/** A button made from a command: name, shortcut, enabled state and action all come from the registry. */
export function CommandButton({ id, ...look }: CommandButtonProps) {
  const { store, commands } = usePage();
  const command = commands[id];
  // Whether a step is possible follows the cursor.
  useMoment();
  const enabled = useApp((state) => command.enabled(state));
  const singleKeys = useApp((state) => state.singleKeys);
  return (
    <ActionButton
      {...look}
      label={command.label(store.getState())}
      shortcut={keyOf(command, singleKeys)}
      enabled={enabled}
      onAct={command.run}
    />
  );
}
