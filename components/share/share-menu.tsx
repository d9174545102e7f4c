'use client';

import { Check, Share2 } from 'lucide-react';
import buttons from '../button.module.css';
import { latePart, useLate } from '../late/late';
import { useMenuButton } from '../menu/use-menu-button';
import { useApp } from '../page-context';
import { HandedOn } from './handed-on';
import styles from './share.module.css';

const shareList = latePart(async () => (await import('./share-list')).ShareList);
const embedDialog = latePart(async () => (await import('../embed/embed-dialog')).EmbedDialog);

/** One button for everything that takes the run on the screen elsewhere, and what came of it. */
export function ShareMenu() {
  const open = useApp((state) => state.shareOpen);
  const setOpen = useApp((state) => state.setShareOpen);
  const done = useApp((state) => state.handedOn?.done === true);
  const setHandedOn = useApp((state) => state.setHandedOn);
  const embedOpen = useApp((state) => state.embedOpen);
  const { trigger, opener } = useMenuButton(open, (next) => {
    setOpen(next);
    // The word on what was done last would lie over the menu.
    setHandedOn(null);
    // A click must find it at hand: a browser lets go of the clipboard soon.
    if (next) void import('@/lib/share/copy-link');
  });
  const ShareList = useLate(shareList, open);
  const EmbedDialog = useLate(embedDialog, embedOpen);
  return (
    <span className={styles.place}>
      <button {...trigger} className={`${buttons.button} ${styles.trigger}`} aria-label="Share">
        {done ? <Check size={16} aria-hidden="true" /> : <Share2 size={16} aria-hidden="true" />}
        <span className={styles.name}>Share</span>
      </button>
      {ShareList && <ShareList opener={opener} />}
      <HandedOn />
      {EmbedDialog && <EmbedDialog />}
    </span>
  );
}
