'use client';

import { useEffect, useRef } from 'react';
import { keyOf, keyText } from '@/lib/commands/keys';
import buttons from '../button.module.css';
import { useApp, usePage } from '../page-context';
import styles from './help.module.css';
import { useSingleKeys } from './use-single-keys';

/** The shortcuts, read from the registry of commands, and what the page does not claim. */
export function HelpDialog() {
  const { store, commands } = usePage();
  const open = useApp((state) => state.helpOpen);
  const setOpen = useApp((state) => state.setHelpOpen);
  const [singleKeys, setSingleKeys] = useSingleKeys();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (open && !element?.open) element?.showModal();
    if (!open && element?.open) element.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="help-title"
      onClose={() => setOpen(false)}
    >
      <h2 id="help-title">Keyboard shortcuts</h2>
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
      <dl className={styles.keys}>
        {Object.values(commands)
          .filter((command) => keyOf(command, singleKeys) !== null)
          .map((command) => (
            <div key={command.id}>
              <dt>{command.id === 'play' ? 'Play or pause' : command.label(store.getState())}</dt>
              <dd>
                <kbd>{keyText(command.key ?? '')}</kbd>
              </dd>
            </div>
          ))}
      </dl>
      <h2>How to read this page</h2>
      <p>
        Everything shown is what chose the token at the cursor. Attention says where the model
        looked, not why it wrote what it wrote. The local cache is derived from the model’s shape;
        all other numbers are measured.
      </p>
      <button type="button" className={buttons.button} onClick={() => setOpen(false)}>
        Close
      </button>
    </dialog>
  );
}
