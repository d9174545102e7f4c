import type { AppStore } from '@/lib/store/store';
import type { Command } from './commands';

export type ShareCommandId = 'copy-link';

const NOT_FETCHED = 'A part of this page could not be fetched: check the connection and try again.';

/** What hands the run on the screen to somebody else. */
export function shareCommands(store: AppStore): Command[] {
  return [
    {
      id: 'copy-link',
      label: () => 'Copy link to this view',
      key: 'y',
      // A run of an unknown tokenizer cannot be given to another model.
      enabled: ({ trace, writer }) => trace !== null && writer !== null,
      run: () => void copy(store),
    },
  ];
}

async function copy(store: AppStore): Promise<void> {
  const state = store.getState();
  const outcome = await import('@/lib/share/copy-link').then(
    // Links are opened by the first page, whatever page they are made on.
    ({ copyLink }) => copyLink(state, new URL('./', document.baseURI).href),
    () => ({ done: false, sentence: NOT_FETCHED, text: null }),
  );
  state.setHandedOn(outcome);
}
