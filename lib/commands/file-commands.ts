import { chooseFile } from '@/lib/share/choose-file';
import type { AppStore } from '@/lib/store/store';
import type { Command } from './commands';
import type { Session } from './session';

export type FileCommandId = 'save-file' | 'open-file';

const NOT_FETCHED = 'A part of this page could not be fetched: check the connection and try again.';

/** Runs as files. */
export function fileCommands(store: AppStore, session: Session): Command[] {
  return [
    {
      id: 'save-file',
      label: () => 'Save run as a file',
      key: 's',
      enabled: (state) => state.trace !== null,
      run: () => void save(store),
    },
    {
      id: 'open-file',
      label: () => 'Open a run from a file',
      key: 'o',
      enabled: () => true,
      run: () => chooseFile((file) => void openRunFile(store, session, file)),
    },
  ];
}

async function save(store: AppStore): Promise<void> {
  const state = store.getState();
  const outcome = await import('@/lib/share/save-file').then(
    ({ saveFile }) => saveFile(state),
    () => ({ done: false, sentence: NOT_FETCHED, text: null }),
  );
  state.setHandedOn(outcome);
}

/** Opens a file that the reader chose or dropped; its code is fetched when it is wanted. Never rejects. */
export async function openRunFile(store: AppStore, session: Session, file: Blob): Promise<void> {
  const part = await import('@/lib/share/open-file').catch(() => null);
  // Bundles lie beside the page.
  if (part) return part.openFile(store, session, file, new URL('models/', document.baseURI).href);
  store.getState().setFileProblem(NOT_FETCHED);
}
