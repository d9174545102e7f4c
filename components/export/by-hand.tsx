'use client';

import { type ReactNode, useEffect, useRef } from 'react';
import type { Outcome } from '@/lib/export/hand-over';
import buttons from '../button.module.css';
import styles from './by-hand.module.css';

interface ByHandProps {
  outcome: Outcome;
  /** Another way, beside closing. */
  action?: ReactNode;
  onClose(): void;
}

/** What could not be copied or saved: why, and the text itself, selected, to be taken by hand. */
export function ByHand({ outcome, action, onClose }: ByHandProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const { sentence, text } = outcome;
  useEffect(() => {
    dialog.current?.showModal();
    field.current?.select();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-label={sentence}
      onClose={onClose}
      // The page's keys must not act under the dialog, nor Escape leave full screen with it.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <p>
        {sentence}
        {text !== null && ' The text is selected: copy it from here.'}
      </p>
      {text !== null && (
        <textarea
          ref={field}
          className={styles.text}
          aria-label="Text to copy"
          readOnly
          value={text}
        />
      )}
      <div className={styles.ways}>
        {action}
        <button type="button" className={buttons.button} onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}
