'use client';

import { placeOf } from '@/lib/model/layout';
import { CommandButton } from '../command-button';
import { useApp, useMoment } from '../page-context';
import { Player } from './player';
import styles from './time.module.css';

/** The player of the run on the screen. */
export function PlaybackBar() {
  const playing = useApp((state) => state.playing);
  const pace = useApp((state) => state.pace);
  const setPace = useApp((state) => state.setPace);
  return <Player Button={CommandButton} playing={playing} pace={pace} onPace={setPace} />;
}

/** Where the cursor is. */
export function Place() {
  const { trace, cursor } = useMoment();
  if (!trace || cursor === null) return <span className={styles.place} />;
  const { block, slot } = placeOf(cursor, trace.dims);
  return (
    <span
      className={styles.place}
      title="Positions count from 0 over all that the model reads: pads, prompt, and what it wrote."
    >
      token {cursor} · block {block}, slot {slot}
    </span>
  );
}
