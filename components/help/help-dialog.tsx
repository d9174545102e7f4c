'use client';

import { useEffect, useRef } from 'react';
import { keyOf, keyText } from '@/lib/commands/keys';
import buttons from '../button.module.css';
import { useApp, usePage } from '../page-context';
import styles from './help.module.css';
import { useSingleKeys } from './use-single-keys';

/** How to read the page, what it does not claim, and the shortcuts, read from the registry of commands. */
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
      <div className={styles.head}>
        <h2 id="help-title">Help</h2>
        <button type="button" className={buttons.button} onClick={() => setOpen(false)}>
          Close
        </button>
      </div>
      <Reading />
      <h3>Keyboard shortcuts</h3>
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

/** What a Block Transformer is, and how its maps and numbers are meant. */
function Reading() {
  const blockLength = useApp(
    (state) => (state.trace?.dims ?? state.info?.manifest.dims)?.blockLength ?? null,
  );
  const tokens = blockLength === null ? 'a few tokens' : `${blockLength} tokens`;
  return (
    <>
      <h3>How to read this page</h3>
      <ul className={styles.reading}>
        <li>
          A Block Transformer reads a block of {tokens} as one vector. Its{' '}
          <b className={styles.globalWord}>block decoder</b> looks back over whole blocks and makes
          one vector of what it saw; from that vector alone its{' '}
          <b className={styles.localWord}>token decoder</b> writes the next block, token by token.
          So it remembers one slot a block, where a flat transformer remembers one a token.
        </li>
        <li>
          Everything on the page is about the token at the cursor. A row of the global map belongs
          to the block that looked back, and serves the block after it: block 7 is written from row
          6.
        </li>
        <li>Attention says where the model looked, not why it wrote what it wrote.</li>
        <li>
          Attention, probabilities, vectors, cached keys and values, and times are measured. Bytes
          are computed: the global cache’s from its slots in use and the model’s shape, the local
          cache’s and the flat transformers’ from the models’ shapes alone.
        </li>
      </ul>
    </>
  );
}
