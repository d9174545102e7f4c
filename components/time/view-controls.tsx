'use client';

import { LocateFixed, Minus, Plus } from 'lucide-react';
import { CommandButton } from '../command-button';
import { useApp } from '../page-context';
import styles from './time.module.css';

/** Which part of the run the axis shows. "Follow" is there only while the view does not go with the cursor. */
export function ViewControls() {
  const zoom = useApp((state) => state.axis.zoom);
  const room = useApp((state) => state.axisRoom);
  const lost = useApp((state) => state.trace !== null && !state.axis.following);
  return (
    <div className={styles.view}>
      {lost && (
        <CommandButton id="follow" className={styles.follow}>
          <LocateFixed size={14} aria-hidden="true" />
          follow
        </CommandButton>
      )}
      <div className={styles.joined}>
        <CommandButton id="zoom-out" className={styles.zoom}>
          <Minus size={15} aria-hidden="true" />
        </CommandButton>
        <CommandButton id="zoom-in" className={styles.zoom}>
          <Plus size={15} aria-hidden="true" />
        </CommandButton>
      </div>
      <div className={styles.joined}>
        <CommandButton id="recent" pressed={zoom === 'recent'}>
          last {room} blocks
        </CommandButton>
        <CommandButton id="whole-run" pressed={zoom === 'whole'}>
          whole run
        </CommandButton>
      </div>
    </div>
  );
}
