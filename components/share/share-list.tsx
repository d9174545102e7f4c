'use client';

import { Fragment } from 'react';
import type { CommandId } from '@/lib/commands/commands';
import { keyOf, keyText } from '@/lib/commands/keys';
import { Menu, MenuParts } from '../menu/menu';
import type { MenuOpener } from '../menu/use-menu-button';
import { useApp, useMoment, usePage } from '../page-context';
import { SHARE_ENTRIES } from './entries';
import styles from './share.module.css';

/** The entries of the menu "Share": commands, with their keys. */
export function ShareList({ opener }: { opener: MenuOpener }) {
  return (
    <Menu opener={opener} label="Share" className={styles.menu} sideOffset={6}>
      {SHARE_ENTRIES.map((group, i) => (
        <Fragment key={group[0]}>
          {i > 0 && <MenuParts.Separator className={styles.separator} />}
          {group.map((id) => (
            <Entry key={id} id={id} />
          ))}
        </Fragment>
      ))}
    </Menu>
  );
}

function Entry({ id }: { id: CommandId }) {
  const { store, commands } = usePage();
  const command = commands[id];
  useMoment();
  const enabled = useApp((state) => command.enabled(state));
  const singleKeys = useApp((state) => state.singleKeys);
  const key = keyOf(command, singleKeys);
  return (
    <MenuParts.Item className={styles.item} disabled={!enabled} onSelect={command.run}>
      {command.label(store.getState())}
      {key !== null && (
        <span className={styles.key} aria-hidden="true">
          {keyText(key)}
        </span>
      )}
    </MenuParts.Item>
  );
}
