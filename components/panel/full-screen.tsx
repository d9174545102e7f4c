'use client';

import { Minimize2 } from 'lucide-react';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import type { PanelName } from '@/lib/export/shown';
import { useApp, usePage } from '../page-context';
import { Place, PlaybackBar } from '../time/playback-bar';
import { FullElementProvider } from './full-element';
import styles from './panel.module.css';

interface FullScreenProps {
  name: PanelName;
  label: string;
  children: ReactNode;
}

/** A browser that neither grants nor refuses the screen is not waited for longer. */
const PATIENCE_MS = 700;

/**
 * One panel over everything, in type for a projector, with the player under it. The document takes the whole screen where the
 * browser lets it; else the panel fills the window. Escape leads back, and so does leaving the screen by the browser's own ways.
 * On a stage, which has the screen already, the panel is just what is shown there.
 */
export function FullScreen({ name, label, children }: FullScreenProps) {
  const { store } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const [element, setElement] = useState<HTMLDialogElement | null>(null);
  const onStage = useApp((state) => state.presenting);

  useLayoutEffect(() => {
    if (!onStage) return;
    const opened = dialog.current;
    if (!opened) return;
    document.documentElement.dataset.full = name;
    // Not `show`, which would put the focus into it: in a talk the keys go to the stage.
    opened.open = true;
    setElement(opened);
    return () => {
      delete document.documentElement.dataset.full;
      opened.open = false;
    };
  }, [name, onStage]);

  useLayoutEffect(() => {
    if (onStage) return;
    const root = document.documentElement;
    const before = document.activeElement;
    const opened = dialog.current;
    let left = false;
    root.dataset.full = name;
    const changed = () => {
      if (!document.fullscreenElement) store.getState().openFull(null);
    };
    const show = () => {
      if (left || !opened) return;
      // Only now: what comes to the top first lies below what comes later.
      opened.showModal();
      opened.focus();
      setElement(opened);
      if (document.fullscreenElement) document.addEventListener('fullscreenchange', changed);
    };
    void takeScreen(root).then(show);
    return () => {
      left = true;
      delete root.dataset.full;
      document.removeEventListener('fullscreenchange', changed);
      // A stage goes on with the screen.
      if (store.getState().presenting) {
        opened?.close();
        return;
      }
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
      requestAnimationFrame(() => focusAgain(before, name));
    };
  }, [name, store, onStage]);

  return (
    <dialog
      ref={dialog}
      className={styles.full}
      tabIndex={-1}
      data-on-stage={onStage || undefined}
      aria-label={`${label}, full screen`}
      onClose={(event) => {
        // Dialogs inside close on their own, and it may be open again.
        if (event.target === dialog.current && !dialog.current.open)
          store.getState().openFull(null);
      }}
    >
      <FullElementProvider value={element}>{children}</FullElementProvider>
      {name !== 'axis' && !onStage && (
        <div className={styles.player}>
          <PlaybackBar />
          <Place />
        </div>
      )}
      {!onStage && (
        <button
          type="button"
          className={styles.leave}
          aria-label="Leave full screen"
          title="Leave full screen (Esc)"
          onClick={() => store.getState().openFull(null)}
        >
          <Minimize2 size={20} aria-hidden="true" />
        </button>
      )}
    </dialog>
  );
}

async function takeScreen(root: HTMLElement): Promise<void> {
  const patience = new Promise<void>((resolve) => {
    setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([root.requestFullscreen?.().catch(() => {}), patience]);
}

/** Back to where the reader was; what stood in the panel itself is gone, so its actions take the focus. */
function focusAgain(before: Element | null, name: PanelName): void {
  const kept = before instanceof HTMLElement && before.isConnected && before !== document.body;
  const actions = document.querySelector<HTMLElement>(`[data-panel-actions="${name}"]`);
  (kept ? before : actions)?.focus();
}
