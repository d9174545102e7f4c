'use client';

import { LocateFixed, Minus, Plus, Table2 } from 'lucide-react';
import buttons from '../button.module.css';
import { CommandButton } from '../command-button';
import { useApp } from '../page-context';
import styles from './time.module.css';

interface ViewControlsProps {
  asTable: boolean;
  onTable(asTable: boolean): void;
}

/** Which part of the run the axis shows, and how. "Follow" is there only while the view does not go with the cursor. */
export function ViewControls({ asTable, onTable }: ViewControlsProps) {
  // Looked at elsewhere, twelve blocks are not the last ones.
  const recent = useApp((state) => state.axis.zoom === 'recent' && state.axis.following);
  const whole = useApp((state) => state.axis.zoom === 'whole');
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
        <CommandButton id="recent" pressed={recent}>
          last {room} blocks
        </CommandButton>
        <CommandButton id="whole-run" pressed={whole}>
          whole run
        </CommandButton>
      </div>
      <button
        type="button"
        className={`${buttons.button} ${styles.zoom}`}
        aria-label="Show the time axis as a table"
        aria-pressed={asTable}
        title="Show the time axis as a table"
        onClick={() => onTable(!asTable)}
      >
        <Table2 size={15} aria-hidden="true" />
      </button>
    </div>
  );
}
