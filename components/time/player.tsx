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
import type { ComponentType, ReactNode } from 'react';
import type { PlayerCommandId } from '@/lib/commands/player-commands';
import { PACES, type Pace } from '@/lib/store/playback';
import styles from './time.module.css';

/** The commands that the player has buttons for. */
type ButtonCommand = Exclude<PlayerCommandId, 'generate' | 'stop' | 'full-pace'>;

interface PlayerButtonProps {
  id: ButtonCommand;
  children: ReactNode;
  strong?: boolean;
  className?: string;
}

interface PlayerProps {
  /** The page's button for a command. */
  Button: ComponentType<PlayerButtonProps>;
  playing: boolean;
  pace: Pace;
  onPace(pace: Pace): void;
}

/** Play, pause and step, as in a video player, and the pace. */
export function Player({ Button, playing, pace, onPace }: PlayerProps) {
  return (
    <div className={styles.controls}>
      <div className={styles.buttons}>
        <Button id="first" className={styles.end}>
          <SkipBack size={15} aria-hidden="true" />
        </Button>
        <Button id="back-block" className={styles.step}>
          <ChevronsLeft size={16} aria-hidden="true" />
          <span className={styles.word}>block</span>
        </Button>
        <Button id="back-token" className={styles.step}>
          <ChevronLeft size={16} aria-hidden="true" />
          <span className={styles.word}>token</span>
        </Button>
        <Button id="play" strong className={styles.play}>
          {playing ? (
            <Pause size={16} fill="currentColor" aria-hidden="true" />
          ) : (
            <Play size={16} fill="currentColor" aria-hidden="true" />
          )}
        </Button>
        <Button id="forward-token" className={styles.step}>
          <span className={styles.word}>token</span>
          <ChevronRight size={16} aria-hidden="true" />
        </Button>
        <Button id="forward-block" className={styles.step}>
          <span className={styles.word}>block</span>
          <ChevronsRight size={16} aria-hidden="true" />
        </Button>
        <Button id="last" className={styles.end}>
          <SkipForward size={15} aria-hidden="true" />
        </Button>
      </div>
      <select
        className={styles.pace}
        aria-label="Pace"
        title="Pace (F: as fast as it goes)"
        value={pace}
        onChange={(event) => onPace(asPace(event.target.value))}
      >
        {PACES.map((entry) => (
          <option key={entry} value={entry}>
            {entry === 'max' ? 'full speed' : `${entry} ${entry === 1 ? 'token' : 'tokens'}/s`}
          </option>
        ))}
      </select>
    </div>
  );
}

function asPace(value: string): Pace {
  return value === 'max' ? 'max' : Number(value);
}
