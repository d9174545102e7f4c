'use client';

import { CircleHelp, Moon, Sun } from 'lucide-react';
import { CommandButton } from '../command-button';
import type { RoomId } from '../rooms/rooms';
import { RoomsNav } from '../rooms/rooms-nav';
import { ShareMenu } from '../share/share-menu';
import { Brand } from './brand';
import { EngineBadge } from './engine-badge';
import styles from './top-bar.module.css';

/** Name, engine, the way out for what is on the screen, and the two controls of the page itself. */
export function TopBar({ room = 'explore' }: { room?: RoomId }) {
  return (
    <header className={styles.bar}>
      <Brand />
      <RoomsNav room={room} />
      <EngineBadge />
      <span className={styles.space} />
      <ShareMenu />
      <CommandButton id="theme" className={styles.icon}>
        <Sun size={16} className={styles.sun} aria-hidden="true" />
        <Moon size={16} className={styles.moon} aria-hidden="true" />
      </CommandButton>
      <CommandButton id="help" className={styles.icon}>
        <CircleHelp size={16} aria-hidden="true" />
      </CommandButton>
    </header>
  );
}

/** The bar while the page is being prepared. */
export function EmptyTopBar({ room = 'explore' }: { room?: RoomId }) {
  return (
    <header className={styles.bar}>
      <Brand />
      <RoomsNav room={room} />
    </header>
  );
}
