'use client';

import type { ReactNode } from 'react';
import { keyText } from '@/lib/commands/keys';
import styles from './button.module.css';

export interface ActionButtonProps {
  /** The accessible name. */
  label: string;
  /** The shortcut, for instance `Shift+ArrowRight`; null for none. */
  shortcut: string | null;
  enabled: boolean;
  onAct(): void;
  /** What is seen. */
  children: ReactNode;
  strong?: boolean;
  className?: string;
  pressed?: boolean;
}

/** A button of the toolbar: what it is called, its shortcut in the tooltip, and its look. */
export function ActionButton(props: ActionButtonProps) {
  const { label, shortcut, enabled, onAct, children, strong, className, pressed } = props;
  const classes = [styles.button, strong && styles.strong, className].filter(Boolean).join(' ');
  return (
    <button
      type="button"
      className={classes}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut ?? undefined}
      title={shortcut ? `${label} (${keyText(shortcut)})` : label}
      disabled={!enabled}
      onClick={onAct}
    >
      {children}
    </button>
  );
}
