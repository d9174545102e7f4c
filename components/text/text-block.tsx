'use client';

import { GitBranch } from 'lucide-react';
import { Fragment, memo } from 'react';
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
  /** Where the run left another one: its slot, or −1 in any other block, and what the mark says. */
  branchSlot?: number;
  branchText?: string;
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
  branchSlot = -1,
  branchText,
  writer,
}: TextBlockProps) {
  const bounds = lit.split(' ').map(Number);
  const kind = kinds.split(' ');
  const prompt = kind.includes('prompt');
  return (
    <span className={styles.block} data-kind={now >= 0 ? 'current' : prompt ? 'prompt' : 'written'}>
      {ids.split(' ').map((id, slot) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a slot's place is its identity
        <Fragment key={slot}>
          {slot === branchSlot && (
            <span className={styles.branch} role="img" aria-label={branchText} title={branchText}>
              <GitBranch size={12} aria-hidden="true" />
            </span>
          )}
          {/* Whoever listens hears the text as a sentence instead. */}
          <span
            className={styles.token}
            aria-hidden="true"
            data-token={from + slot}
            data-kind={kind[slot]}
            data-lit={isLit(from + slot, bounds) || undefined}
            data-now={slot === now || undefined}
            data-later={later || (now >= 0 && slot > now) || undefined}
          >
            <Label text={idLabel(writer, Number(id))} />
          </span>
        </Fragment>
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
