'use client';

import type { ReactNode } from 'react';
import type { CommandId } from '@/lib/commands/commands';
import { keyOf, keyText } from '@/lib/commands/keys';
import styles from './button.module.css';
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
export function CommandButton({ id, children, strong, className, pressed }: CommandButtonProps) {
  const { store, commands } = usePage();
  const command = commands[id];
  // Whether a step is possible follows the cursor.
  useMoment();
  const enabled = useApp((state) => command.enabled(state));
  const singleKeys = useApp((state) => state.singleKeys);
  const key = keyOf(command, singleKeys);
  const label = command.label(store.getState());
  const classes = [styles.button, strong && styles.strong, className].filter(Boolean).join(' ');
  return (
    <button
      type="button"
      className={classes}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={key ?? undefined}
      title={key ? `${label} (${keyText(key)})` : label}
      disabled={!enabled}
      onClick={command.run}
    >
      {children}
    </button>
  );
}
