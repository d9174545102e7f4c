'use client';

import { type ReactNode, useEffect, useRef } from 'react';
import { keyText } from '@/lib/commands/keys';
import buttons from '../button.module.css';
import styles from './help.module.css';
import { useSingleKeys } from './use-single-keys';

interface HelpSheetProps {
  open: boolean;
  onClose(): void;
  /** The shortcuts in force, in their order. */
  shortcuts: readonly { id: string; label: string; key: string }[];
  singleKeys: boolean;
  onSingleKeys(on: boolean): void;
  /** How to read the page. */
  children: ReactNode;
}

/** How to read a page, and its shortcuts. */
export function HelpSheet(props: HelpSheetProps) {
  const { open, onClose, shortcuts, singleKeys, onSingleKeys, children } = props;
  const setSingleKeys = useSingleKeys(onSingleKeys);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (open && !element?.open) element?.showModal();
    if (!open && element?.open) element.close();
  }, [open]);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="help-title" onClose={onClose}>
      <div className={styles.head}>
        <h2 id="help-title">Help</h2>
        <button type="button" className={buttons.button} onClick={onClose}>
          Close
        </button>
      </div>
      <h3>How to read this page</h3>
      <ul className={styles.reading}>{children}</ul>
      <h3>Keyboard shortcuts</h3>
      <dl className={styles.keys}>
        {shortcuts.map(({ id, label, key }) => (
          <div key={id}>
            <dt>{label}</dt>
            <dd>
              <kbd>{keyText(key)}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <label className={styles.switch}>
        <input
          type="checkbox"
          checked={singleKeys}
          onChange={(event) => setSingleKeys(event.target.checked)}
        />
        <span>
          Shortcuts of a single letter, sign or Space
          <small>off: keys that dictation and slips of the hand may press do nothing</small>
        </span>
      </label>
    </dialog>
  );
}
