'use client';

import type { HandedOn } from '@/lib/store/share-slice';
import buttons from '../button.module.css';
import { ByHand } from '../export/by-hand';
import { usePage } from '../page-context';

interface RefusedProps {
  outcome: HandedOn;
  onClose(): void;
}

/** Why a run could not be handed on; one that is too long for a link can still be a file. */
export function Refused({ outcome, onClose }: RefusedProps) {
  const { commands, store } = usePage();
  const save = commands['save-file'];
  return (
    <ByHand
      outcome={outcome}
      onClose={onClose}
      action={
        outcome.tooLong &&
        save.enabled(store.getState()) && (
          <button
            type="button"
            className={`${buttons.button} ${buttons.strong}`}
            onClick={() => {
              onClose();
              save.run();
            }}
          >
            {save.label(store.getState())}
          </button>
        )
      }
    />
  );
}
