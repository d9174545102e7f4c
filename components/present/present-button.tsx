'use client';

import { Presentation } from 'lucide-react';
import type { PresentStore } from '@/lib/store/present-slice';
import { ActionButton } from '../action-button';
import bar from '../top-bar/top-bar.module.css';

/** Puts the page on its stage, from a page's top bar. */
export function PresentButton({ store }: { store: PresentStore }) {
  return (
    <ActionButton
      label="Present"
      shortcut={null}
      enabled
      onAct={() => store.getState().present(true)}
      className={bar.icon}
    >
      <Presentation size={16} aria-hidden="true" />
    </ActionButton>
  );
}
