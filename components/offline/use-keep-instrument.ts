'use client';

import { useApp, usePage } from '../page-context';
import { useKeepOffline } from './use-keep-offline';

/** Keeps a page with an instrument, and the model that it has loaded, for use without a network. */
export function useKeepInstrument(): void {
  const { store } = usePage();
  useKeepOffline(
    useApp(({ status: { state } }) => state === 'ready' || state === 'failed'),
    () => {
      const { info } = store.getState();
      return info ? [{ model: info.manifest.id, backend: info.backend }] : [];
    },
  );
}
