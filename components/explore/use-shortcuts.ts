'use client';

import { useEffect } from 'react';
import { commandFor } from '@/lib/commands/keys';
import { usePage } from '../page-context';
import { ownsKey } from './owns-key';

/** Binds the commands' keys to the page. Fields, buttons and maps keep the keys that mean something to them. */
export function useShortcuts(): void {
  const { store, commands } = usePage();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { helpOpen, singleKeys } = store.getState();
      if (event.defaultPrevented || helpOpen) return;
      const command = commandFor(event, commands, ownsKey(event), singleKeys);
      if (!command?.enabled(store.getState())) return;
      event.preventDefault();
      command.run();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [store, commands]);
}
