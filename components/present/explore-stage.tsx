'use client';

import { useCallback, useEffect, useState } from 'react';
import { goToBookmark, leaveStage } from '@/lib/commands/present-commands';
import { useOpenBookmarks } from '../bookmarks/use-open-bookmarks';
import { useApp, usePage } from '../page-context';
import { Place } from '../time/playback-bar';
import { Stage } from './stage';
import styles from './stage.module.css';
import { useCovered } from './use-covered';

/** The stage of Explore: its bookmarks one after the other, and the model on request. */
export function ExploreStage() {
  const { store, session } = usePage();
  const presenting = useApp((state) => state.presenting);
  const singleKeys = useApp((state) => state.singleKeys);
  const list = useOpenBookmarks();
  const bookmarkAt = useApp((state) => state.bookmarkAt);
  const [live, setLive] = useState(false);
  const leave = useCallback(() => leaveStage(store), [store]);

  useCovered();
  useEffect(() => {
    if (presenting) setLive(false);
  }, [presenting]);

  return (
    <Stage
      store={store}
      singleKeys={singleKeys}
      views={{
        kind: 'bookmark',
        names: list.map(({ name }) => name),
        at: list.findIndex(({ id }) => id === bookmarkAt),
        away: live,
        go: (index) => {
          const bookmark = list[index];
          setLive(false);
          if (bookmark) goToBookmark(store, bookmark.id);
        },
      }}
      title={<OnStage live={live} />}
      onLive={() => {
        setLive(true);
        store.getState().openFull(null);
        store.getState().openStation(null);
        void session.generate();
      }}
      onLeave={leave}
    >
      <span className={styles.where}>
        <Place />
      </span>
    </Stage>
  );
}

/** Which model wrote what is seen, and when; and while it is asked to write now, what keeps it. */
function OnStage({ live }: { live: boolean }) {
  const header = useApp((state) => state.trace?.header);
  const status = useApp((state) => state.status);
  const asked = useApp((state) => state.problem);
  const problem = status.state === 'failed' ? status.problem : asked;
  if (live && problem && problem.code !== 'cancelled') return problem.message;
  if (live && ['loading', 'compiling', 'measuring'].includes(status.state)) {
    return 'The model is being loaded; it writes as soon as it is there.';
  }
  if (!header) return 'There is no run yet: G lets the model write.';
  const when = { measured: 'written here', recorded: 'recorded run', synthetic: 'made up' };
  return `${header.model.id} · ${when[header.provenance]}`;
}
