'use client';

import { Check, Share2 } from 'lucide-react';
import { useEffect } from 'react';
import buttons from '../button.module.css';
import { latePart, useLate } from '../late/late';
import { useMenuButton } from '../menu/use-menu-button';
import { useApp } from '../page-context';
import styles from './share.module.css';

const shareList = latePart(async () => (await import('./share-list')).ShareList);
const refused = latePart(async () => (await import('./refused')).Refused);
const embedDialog = latePart(async () => (await import('../embed/embed-dialog')).EmbedDialog);

/** How long the word that something was copied or saved stays. */
const NOTE_MS = 2500;

/** One button for everything that takes the run on the screen elsewhere, and what came of it. */
export function ShareMenu() {
  const open = useApp((state) => state.shareOpen);
  const setOpen = useApp((state) => state.setShareOpen);
  const outcome = useApp((state) => state.handedOn);
  const setOutcome = useApp((state) => state.setHandedOn);
  const { trigger, opener } = useMenuButton(open, (next) => {
    setOpen(next);
    // A click must find it at hand: a browser lets go of the clipboard soon.
    if (next) void import('@/lib/share/copy-link');
  });
  const ShareList = useLate(shareList, open);
  const failed = outcome !== null && !outcome.done;
  const Refused = useLate(refused, failed);
  const embedOpen = useApp((state) => state.embedOpen);
  const EmbedDialog = useLate(embedDialog, embedOpen);
  useEffect(() => {
    if (!outcome?.done) return;
    const timer = setTimeout(() => setOutcome(null), NOTE_MS);
    return () => clearTimeout(timer);
  }, [outcome, setOutcome]);
  return (
    <span className={styles.place}>
      <button {...trigger} className={`${buttons.button} ${styles.trigger}`} aria-label="Share">
        {outcome?.done ? (
          <Check size={16} aria-hidden="true" />
        ) : (
          <Share2 size={16} aria-hidden="true" />
        )}
        <span className={styles.name}>Share</span>
      </button>
      {ShareList && <ShareList opener={opener} />}
      <span role="status" className={outcome?.done ? styles.note : 'visually-hidden'}>
        {outcome?.done ? outcome.sentence : ''}
      </span>
      {Refused && outcome && <Refused outcome={outcome} onClose={() => setOutcome(null)} />}
      {EmbedDialog && <EmbedDialog />}
    </span>
  );
}
