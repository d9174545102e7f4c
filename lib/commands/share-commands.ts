import type { AppState, AppStore } from '@/lib/store/store';
import type { Command } from './commands';

export type ShareCommandId = 'copy-link' | 'embed';

const NOT_FETCHED = 'A part of this page could not be fetched: check the connection and try again.';

/** What hands the run on the screen to somebody else. */
export function shareCommands(store: AppStore): Command[] {
  return [
    {
      id: 'copy-link',
      label: () => 'Copy link to this view',
      key: 'y',
      enabled: canLink,
      run: () => void copy(store),
    },
    {
      id: 'embed',
      label: () => 'Embed in a page …',
      key: null,
      enabled: canLink,
      run: () => store.getState().setEmbedOpen(true),
    },
  ];
}

/** A run of an unknown tokenizer cannot be given to another model. */
function canLink({ trace, writer }: AppState): boolean {
  return trace !== null && writer !== null;
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
