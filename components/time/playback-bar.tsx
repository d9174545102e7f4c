'use client';

import {
  ChevronLeft,
  ChevronRight,
  ChevronsLeft,
  ChevronsRight,
  Pause,
  Play,
  SkipBack,
  SkipForward,
} from 'lucide-react';
import { placeOf } from '@/lib/model/layout';
import { PACES, type Pace } from '@/lib/store/playback';
import { CommandButton } from '../command-button';
import { useApp, useMoment } from '../page-context';
import styles from './time.module.css';

/** Play, pause and step, as in a video player, and the pace. */
export function PlaybackBar() {
  const playing = useApp((state) => state.playing);
  return (
    <div className={styles.controls}>
      <div className={styles.buttons}>
        <CommandButton id="first" className={styles.end}>
          <SkipBack size={15} aria-hidden="true" />
        </CommandButton>
        <CommandButton id="back-block" className={styles.step}>
          <ChevronsLeft size={16} aria-hidden="true" />
          <span className={styles.word}>block</span>
        </CommandButton>
        <CommandButton id="back-token" className={styles.step}>
          <ChevronLeft size={16} aria-hidden="true" />
          <span className={styles.word}>token</span>
        </CommandButton>
        <CommandButton id="play" strong className={styles.play}>
          {playing ? (
            <Pause size={16} fill="currentColor" aria-hidden="true" />
          ) : (
            <Play size={16} fill="currentColor" aria-hidden="true" />
          )}
        </CommandButton>
        <CommandButton id="forward-token" className={styles.step}>
          <span className={styles.word}>token</span>
          <ChevronRight size={16} aria-hidden="true" />
        </CommandButton>
        <CommandButton id="forward-block" className={styles.step}>
          <span className={styles.word}>block</span>
          <ChevronsRight size={16} aria-hidden="true" />
        </CommandButton>
        <CommandButton id="last" className={styles.end}>
          <SkipForward size={15} aria-hidden="true" />
        </CommandButton>
      </div>
      <PaceSelect />
    </div>
  );
}

function PaceSelect() {
  const pace = useApp((state) => state.pace);
  const setPace = useApp((state) => state.setPace);
  return (
    <select
      className={styles.pace}
      aria-label="Pace"
      title="Pace (F: as fast as it goes)"
      value={pace}
      onChange={(event) => setPace(asPace(event.target.value))}
    >
      {PACES.map((entry) => (
        <option key={entry} value={entry}>
          {entry === 'max' ? 'full speed' : `${entry} ${entry === 1 ? 'token' : 'tokens'}/s`}
        </option>
      ))}
    </select>
  );
}

function asPace(value: string): Pace {
  return value === 'max' ? 'max' : Number(value);
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
