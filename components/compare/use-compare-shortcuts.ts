'use client';

import { useEffect } from 'react';
import { commandFor } from '@/lib/commands/keys';
import { ownsKey } from '../explore/owns-key';
import { useCompare } from './compare-context';

/** Binds the commands' keys to the page Compare. */
export function useCompareShortcuts(): void {
  const { view, commands } = useCompare();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { helpOpen, singleKeys } = view.getState();
      if (event.defaultPrevented || helpOpen) return;
      const command = commandFor(event, commands, ownsKey(event), singleKeys);
      if (!command?.enabled()) return;
      event.preventDefault();
      command.run();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [view, commands]);
}
