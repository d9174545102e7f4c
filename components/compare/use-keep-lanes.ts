'use client';

import { useKeepOffline } from '../offline/use-keep-offline';
import { useCompare, useCompareState } from './compare-context';

/** Keeps this page and the models of both lanes for use without a network. Not while a lane loads or writes, whose time is measured. */
export function useKeepLanes(): void {
  const { store } = useCompare();
  useKeepOffline(
    useCompareState(
      ({ lanes, running }) =>
        !running && lanes.upper.status.state === 'ready' && lanes.lower.status.state === 'ready',
    ),
    () =>
      Object.values(store.getState().lanes).flatMap(({ info }) =>
        info ? [{ model: info.manifest.id, backend: info.backend }] : [],
      ),
  );
}
