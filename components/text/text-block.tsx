'use client';

import { memo } from 'react';
import type { Writer } from '@/lib/store/writer';
import { idLabel } from '../labels';
import styles from './text.module.css';

interface TextBlockProps {
  from: number;
  /** Token ids and their kinds, joined by spaces, so that an unchanged block is not rendered again. */
  ids: string;
  kinds: string;
  /** Slot of the cursor, or −1. */
  now: number;
  /** All of the block is after the cursor. */
  later: boolean;
  /** First and end of each range of lit tokens that reaches into this block, joined by spaces. */
  lit: string;
  writer: Writer | null;
}

/** One block of the text: its tokens side by side, with what each of them is. */
export const TextBlock = memo(function TextBlock({
  from,
  ids,
  kinds,
  now,
  later,
  lit,
  writer,
}: TextBlockProps) {
  const bounds = lit.split(' ').map(Number);
  const kind = kinds.split(' ');
  const prompt = kind.includes('prompt');
  return (
    // Whoever listens hears the text as a sentence instead.
    <span
      className={styles.block}
      data-kind={now >= 0 ? 'current' : prompt ? 'prompt' : 'written'}
      aria-hidden="true"
    >
      {ids.split(' ').map((id, slot) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a slot's place is its identity
          key={slot}
          className={styles.token}
          data-token={from + slot}
          data-kind={kind[slot]}
          data-lit={isLit(from + slot, bounds) || undefined}
          data-now={slot === now || undefined}
          data-later={later || (now >= 0 && slot > now) || undefined}
        >
          <Label text={idLabel(writer, Number(id))} />
        </span>
      ))}
    </span>
  );
});

/** `bounds` holds the first and the end of each lit range. */
function isLit(token: number, bounds: readonly number[]): boolean {
  return bounds.some(
    (from, i) =>
      i % 2 === 0 && token >= from && token < (bounds[i + 1] ?? Number.NEGATIVE_INFINITY),
  );
}

/** A label with its marks for spaces and line ends set back. */
function Label({ text }: { text: string }) {
  const parts = text.split(/([·↵⇥␍])/u).filter(Boolean);
  return parts.map((part, i) =>
    /^[·↵⇥␍]$/u.test(part) ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one fixed text
      <i key={i} className={styles.mark}>
        {part}
      </i>
    ) : (
      part
    ),
  );
}
