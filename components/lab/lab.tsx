'use client';

import { useEffect, useState } from 'react';
import { createPresentStore } from '@/lib/store/present-slice';
import { createColours } from '../canvas/colours';
import { DrawingProvider, type DrawingTools } from '../canvas/drawing-context';
import { FrameLoop } from '../canvas/frame-loop';
import { useKeepOffline } from '../offline/use-keep-offline';
import { PresentButton } from '../present/present-button';
import { RoomBar } from '../rooms/room-bar';
import styles from './lab.module.css';
import { LabStage } from './lab-stage';
import { type LabPart, PARTS } from './parts';

/** The page Lab: its parts, one at a time, named by the address behind the `#`. */
export function Lab() {
  const part = usePart();
  const drawing = useDrawingTools();
  const [stage] = useState(createPresentStore);
  useKeepOffline(drawing !== null, () => []);
  return (
    <div className={styles.page}>
      <RoomBar room="lab" onTheme={drawing?.forget} actions={<PresentButton store={stage} />} />
      <main>
        <div className={styles.head}>
          <nav className={styles.parts} aria-label="Parts of the Lab">
            {PARTS.map(({ id, name }) => (
              <a key={id} href={`#${id}`} aria-current={id === part.id ? 'true' : undefined}>
                {name}
              </a>
            ))}
          </nav>
          <h2>{part.title}</h2>
        </div>
        {drawing && (
          <DrawingProvider value={drawing.tools}>
            <part.Content />
          </DrawingProvider>
        )}
        <noscript>This page computes in your browser and needs JavaScript.</noscript>
      </main>
      {drawing && <LabStage store={stage} part={PARTS.findIndex(({ id }) => id === part.id)} />}
    </div>
  );
}

/** The part that the address names; the first if it names none. */
function usePart(): LabPart {
  const [part, setPart] = useState<LabPart>(PARTS[0]);
  useEffect(() => {
    const read = () => {
      const id = window.location.hash.slice(1);
      setPart(PARTS.find((one) => one.id === id) ?? PARTS[0]);
    };
    read();
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);
  return part;
}

/** The frame loop and the colours of this page's drawings. */
function useDrawingTools(): { tools: DrawingTools; forget(): void } | null {
  const [made, setMade] = useState<{ tools: DrawingTools; forget(): void } | null>(null);
  useEffect(() => {
    const frames = new FrameLoop();
    const colours = createColours(frames.wake);
    setMade({ tools: { frames, theme: colours.theme }, forget: colours.forget });
    return colours.dispose;
  }, []);
  return made;
}
