import { openRunFile } from '@/lib/commands/file-commands';
import type { PageTools } from '../page-context';

/** Opens a run's file that lies on this site. What goes wrong is said in one sentence. */
export async function openTrace({ store, session }: PageTools, url: URL): Promise<void> {
  const { setFileProblem } = store.getState();
  try {
    // Not by way of another site either.
    const response = await fetch(url, { mode: 'same-origin' });
    if (response.ok) await openRunFile(store, session, await response.blob());
    else {
      setFileProblem(
        `The trace file ${url.pathname} could not be fetched: the server answered ${response.status}.`,
      );
    }
  } catch {
    setFileProblem(
      `The trace file ${url.pathname} could not be fetched: check the connection and load the page again.`,
    );
  }
}
