'use client';

import { keyOf } from '@/lib/commands/keys';
import { STAGE_KEYS } from '@/lib/commands/stage-keys';
import { useApp, usePage } from '../page-context';
import styles from './help.module.css';
import { HelpSheet } from './help-sheet';

/** How to read the page, what it does not claim, and the shortcuts, read from the registry of commands. */
export function HelpDialog() {
  const { store, commands } = usePage();
  const open = useApp((state) => state.helpOpen);
  const setOpen = useApp((state) => state.setHelpOpen);
  const singleKeys = useApp((state) => state.singleKeys);
  const setSingleKeys = useApp((state) => state.setSingleKeys);
  const shortcuts = Object.values(commands).flatMap((command) => {
    const key = keyOf(command, singleKeys);
    const label = command.id === 'play' ? 'Play or pause' : command.label(store.getState());
    return key === null ? [] : [{ id: command.id, label, key }];
  });
  return (
    <HelpSheet
      open={open}
      onClose={() => setOpen(false)}
      shortcuts={[
        ...shortcuts,
        ...STAGE_KEYS.filter((shortcut) => keyOf(shortcut, singleKeys) !== null),
      ]}
      singleKeys={singleKeys}
      onSingleKeys={setSingleKeys}
    >
      <Reading />
    </HelpSheet>
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
      <li>
        A Block Transformer reads a block of {tokens} as one vector. Its{' '}
        <b className={styles.globalWord}>block decoder</b> looks back over whole blocks and makes
        one vector of what it saw; from that vector alone its{' '}
        <b className={styles.localWord}>token decoder</b> writes the next block, token by token. So
        it remembers one slot a block, where a flat transformer remembers one a token.
      </li>
      <li>
        Everything on the page is about the token at the cursor. A row of the global map belongs to
        the block that looked back, and serves the block after it: block 7 is written from row 6.
      </li>
      <li>Attention says where the model looked, not why it wrote what it wrote.</li>
      <li>
        Attention, probabilities, vectors, cached keys and values, and times are measured. Bytes are
        computed: the global cache’s from its slots in use and the model’s shape, the local cache’s
        and the flat transformers’ from the models’ shapes alone.
      </li>
    </>
  );
}
