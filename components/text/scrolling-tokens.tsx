'use client';

import { type ReactNode, useEffect, useRef } from 'react';
import { useDrawing } from '../canvas/drawing-context';
import styles from './text.module.css';
import { TextWindow } from './text-window';

/** What a line of blocks has besides its type, `--row` of the style sheet: its border and the gap below it. */
const ROW_EDGES = 8;

interface ScrollingTokensProps {
  /** The accessible name of the group. */
  label: string;
  /** Changes whenever the text has grown. */
  grown: number;
  /** The token at the cursor, which stays in view, and the child that holds it. */
  token: number;
  child: number;
  /** Where the cursor is put by a click on a token. */
  player: { getState(): { seek(token: number): void; setPlaying(playing: boolean): void } };
  /** Called with the token under the pointer; the same function at every rendering. Negative ones stand for pads. */
  onPoint(token: number | null): void;
  /** One element a block. */
  children: ReactNode;
}

/** A text, token by token, in a window that follows the cursor; a token can be clicked to put the cursor on it. */
export function ScrollingTokens(props: ScrollingTokensProps) {
  const { label, grown, token, child, player, onPoint, children } = props;
  const { frames } = useDrawing();
  const box = useRef<HTMLDivElement>(null);
  const shown = useRef({ token, child });

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // Clicks are a shortcut for the pointer; the slider "Timeline" does the same by keyboard.
    const click = (event: MouseEvent) => {
      const clicked = tokenOf(event);
      if (clicked === null || clicked < 0) return;
      player.getState().setPlaying(false);
      player.getState().seek(clicked);
    };
    const over = (event: PointerEvent) => onPoint(tokenOf(event));
    const leave = () => onPoint(null);
    element.addEventListener('click', click);
    element.addEventListener('pointerover', over);
    element.addEventListener('pointerleave', leave);
    return () => {
      element.removeEventListener('click', click);
      element.removeEventListener('pointerover', over);
      element.removeEventListener('pointerleave', leave);
    };
  }, [player, onPoint]);

  useEffect(() => {
    shown.current = { token, child };
    // In the next frame, which finds the text laid out: measured here, it would have to be laid out twice.
    return frames.once(() => {
      if (box.current) scrollTo(box.current, token, child);
    });
  }, [frames, token, child]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let undo = () => {};
    // A box of another width breaks its lines elsewhere, and the token at the cursor may have left it.
    const sizes = new ResizeObserver(() => {
      undo();
      undo = frames.once(() => scrollTo(element, shown.current.token, shown.current.child));
    });
    sizes.observe(element);
    return () => {
      undo();
      sizes.disconnect();
    };
  }, [frames]);

  return (
    <TextWindow box={box} grown={grown}>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of tokens, not of form fields */}
      <div
        ref={box}
        className={styles.blocks}
        role="group"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by the arrow keys
        tabIndex={0}
      >
        {children}
      </div>
    </TextWindow>
  );
}

/** The token that an event is about; null beside the text. */
function tokenOf(event: Event): number | null {
  const { token } = (event.target as Element).closest<HTMLElement>('[data-token]')?.dataset ?? {};
  return token === undefined ? null : Number(token);
}

/** Brings a token into view, by whole lines. */
function scrollTo(element: HTMLElement, token: number, child: number): void {
  const now = element.children[child]?.querySelector<HTMLElement>(`[data-token="${token}"]`);
  if (!now) return;
  const rowHeight = Number.parseFloat(getComputedStyle(element).lineHeight) + ROW_EDGES;
  const top = now.offsetTop;
  const bottom = top + now.offsetHeight;
  if (top < element.scrollTop || bottom > element.scrollTop + element.clientHeight)
    element.scrollTop = Math.ceil((bottom - element.clientHeight) / rowHeight) * rowHeight;
}
