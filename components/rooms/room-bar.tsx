'use client';

import { Moon, Sun } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { otherTheme } from '@/lib/commands/other-theme';
import type { ThemeName } from '@/lib/store/view-slice';
import { ActionButton } from '../action-button';
import { useTheme } from '../explore/use-theme';
import { Brand } from '../top-bar/brand';
import styles from '../top-bar/top-bar.module.css';
import type { RoomId } from './rooms';
import { RoomsNav } from './rooms-nav';

interface RoomBarProps {
  room: RoomId;
  /** A change of theme: drawings have to be painted anew. */
  onTheme?(): void;
  children?: ReactNode;
  /** Controls of the page, at the end beside the theme's. */
  actions?: ReactNode;
}

/** The top bar of a page that has no engine of its own: name, pages and theme. */
export function RoomBar({ room, onTheme, children, actions }: RoomBarProps) {
  const [theme, setTheme] = useState<ThemeName | null>(null);
  useTheme(theme, setTheme);
  const toggle = () => {
    setTheme(otherTheme(theme));
    // After the document has it.
    if (onTheme) setTimeout(onTheme);
  };
  return (
    <header className={styles.bar}>
      <Brand />
      <RoomsNav room={room} />
      {children}
      <span className={styles.space} />
      {actions}
      <ActionButton
        label="Light or dark"
        shortcut={null}
        enabled
        onAct={toggle}
        className={styles.icon}
      >
        <Sun size={16} className={styles.sun} aria-hidden="true" />
        <Moon size={16} className={styles.moon} aria-hidden="true" />
      </ActionButton>
    </header>
  );
}
