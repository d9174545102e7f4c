'use client';

import { keyOf } from '@/lib/commands/keys';
import { STAGE_KEYS } from '@/lib/commands/stage-keys';
import styles from '../help/help.module.css';
import { HelpSheet } from '../help/help-sheet';
import { useCompare, useCompareView } from './compare-context';

/** Keys of a stage that Compare has a use for. */
const ON_STAGE: readonly string[] = ['blank', 'clock', 'leave'];

/** How to read the page Compare, and its shortcuts. */
export function CompareHelp() {
  const { commands } = useCompare();
  const open = useCompareView((state) => state.helpOpen);
  const setOpen = useCompareView((state) => state.setHelpOpen);
  const singleKeys = useCompareView((state) => state.singleKeys);
  const setSingleKeys = useCompareView((state) => state.setSingleKeys);
  const shortcuts = Object.values(commands).flatMap((command) => {
    const key = keyOf(command, singleKeys);
    const label = command.id === 'play' ? 'Play or pause' : command.label();
    return key === null ? [] : [{ id: command.id, label, key }];
  });
  return (
    <HelpSheet
      open={open}
      onClose={() => setOpen(false)}
      shortcuts={[
        ...shortcuts,
        ...STAGE_KEYS.filter(
          (shortcut) => ON_STAGE.includes(shortcut.id) && keyOf(shortcut, singleKeys) !== null,
        ),
      ]}
      singleKeys={singleKeys}
      onSingleKeys={setSingleKeys}
    >
      <li>
        Two models write from one prompt with one seed, in turn and never at the same time, so that
        neither slows the other down. One cursor serves both lanes.
      </li>
      <li>
        A flat transformer keeps keys and values of every token in every layer, and reads them all
        for each new token. A Block Transformer’s <b className={styles.globalWord}>block decoder</b>{' '}
        keeps one slot a block in fewer layers and runs once a block; its{' '}
        <b className={styles.localWord}>token decoder</b> keeps a handful of positions, drops them
        at the end of the block, and never reads the prompt.
      </li>
      <li>
        A cell of the cache picture is what one layer keeps for one position. Cells are drawn at
        their true size in bytes in both lanes, so less area is less memory. Cells in full colour
        were read for the token at the cursor; paler ones are only held.
      </li>
      <li>
        Surprise says how little a model expected a token; the model that writes worse is more
        surprised by the same text.
      </li>
      <li>
        Attention, surprise, times and positions held are measured here. Bytes, keys read,
        multiply-adds and the token decoder’s cache are derived from them and the models’ shapes.
      </li>
    </HelpSheet>
  );
}
