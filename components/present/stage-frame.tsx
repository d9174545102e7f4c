'use client';

import { ChevronLeft, ChevronRight, Minimize2, MonitorOff, Radio } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useState } from 'react';
import type { StageAction } from '@/lib/commands/stage-keys';
import { clockText } from './clock-text';
import { Laser } from './laser';
import styles from './stage.module.css';
import type { StageViews } from './stage-views';
import { useTalkClock } from './use-talk-clock';

/** How long the controls and their keys can be seen when the stage is entered. */
const HINT_MS = 6000;

interface StageFrameProps {
  title: ReactNode;
  /** What there is to go through; null when there is nothing. */
  views: StageViews | null;
  /** The model can write now. */
  live: boolean;
  /** Is given what starts the clock anew. */
  restart: RefObject<() => void>;
  onAct(action: StageAction): void;
  children: ReactNode;
}

/** Around what is presented: a line that says what it is, the clock, controls for who comes near them, and the pointer's spot. */
export function StageFrame({ title, views, live, restart, onAct, children }: StageFrameProps) {
  const clock = useTalkClock();
  useEffect(() => {
    restart.current = clock.restart;
  });
  const [fresh, setFresh] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setFresh(false), HINT_MS);
    return () => clearTimeout(timer);
  }, []);
  const control = (action: StageAction, label: string, key: string, icon: ReactNode) => (
    <button
      type="button"
      className={styles.control}
      aria-label={label}
      title={`${label} (${key})`}
      onClick={() => onAct(action)}
    >
      {icon}
    </button>
  );
  const time = clockText(clock.seconds);
  return (
    <>
      <footer className={styles.bar} data-fresh={fresh || undefined}>
        {/* The page's own heading is away with its bar. */}
        <h1 className={styles.title}>
          {views && views.at >= 0 && !views.away ? (
            <>
              <b className={styles.place}>
                {views.at + 1} / {views.names.length}
              </b>
              {views.names[views.at]}
            </>
          ) : (
            title
          )}
        </h1>
        {/* biome-ignore lint/a11y/useSemanticElements: buttons, not fields */}
        <div className={styles.controls} role="group" aria-label="Presentation">
          <span className={styles.keys} aria-hidden="true">
            {views && '← → '}
            {live && 'G live '}B blank Esc leave
          </span>
          {views && (
            <>
              {control(
                'previous',
                `Previous ${views.kind}`,
                '←',
                <ChevronLeft aria-hidden="true" />,
              )}
              {control('next', `Next ${views.kind}`, '→', <ChevronRight aria-hidden="true" />)}
            </>
          )}
          {live && control('live', 'Go live', 'G', <Radio aria-hidden="true" />)}
          {control('blank', 'Blank the screen', 'B', <MonitorOff aria-hidden="true" />)}
          {control('leave', 'Leave the presentation', 'Esc', <Minimize2 aria-hidden="true" />)}
        </div>
        {children}
        <button
          type="button"
          className={styles.clock}
          aria-label={`${time}: start the clock anew`}
          title="Start the clock anew (0)"
          onClick={() => onAct('clock')}
        >
          {time}
        </button>
      </footer>
      <Laser />
    </>
  );
}
