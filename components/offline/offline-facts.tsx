'use client';

import { useSyncExternalStore } from 'react';
import type { OfflineStatus } from '@/lib/offline/types';
import { offlineWords, persistenceWords } from '@/lib/offline/words';
import buttons from '../button.module.css';
import styles from './offline.module.css';
import { pageOffline } from './page-offline';

/** A row of facts on use without a network: how it stands, what is kept, and the reader's say in it. */
export function OfflineFacts() {
  const offline = pageOffline();
  const status = useSyncExternalStore(
    offline.subscribe,
    () => offline.status,
    () => offline.status,
  );
  const persistence = status.state === 'kept' ? persistenceWords(status.persistence) : null;
  const change = changeOf(status);
  return (
    <>
      <dt>Offline</dt>
      <dd className={styles.facts}>
        <p role="status" aria-label="Offline">
          {offlineWords(status)}
          {persistence && ` ${persistence}`}
        </p>
        {change && (
          <div className={styles.actions}>
            <button
              type="button"
              className={buttons.button}
              onClick={() => void (change.isRemoval ? offline.remove() : offline.allow())}
            >
              {change.label}
            </button>
            {status.state === 'kept' && status.persistence === 'may-clear' && (
              <button
                type="button"
                className={buttons.button}
                onClick={() => void offline.persist()}
              >
                Ask not to clear it
              </button>
            )}
          </div>
        )}
      </dd>
    </>
  );
}

/** What the first button does: one button, so that the focus stays where the reader pressed. */
function changeOf({ state }: OfflineStatus): { label: string; isRemoval: boolean } | null {
  switch (state) {
    case 'kept':
      return { label: 'Remove from this browser', isRemoval: true };
    case 'keeping':
      return { label: 'Cancel and remove', isRemoval: true };
    case 'off':
      return { label: 'Keep for use offline', isRemoval: false };
    case 'failed':
      return { label: 'Try again', isRemoval: false };
    case 'waiting':
    case 'impossible':
      return null;
  }
}
