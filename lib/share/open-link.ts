import type { Session } from '@/lib/commands/session';
import type { BundleReader } from '@/lib/engine/bundle';
import { toProblem } from '@/lib/engine/errors';
import { fetchReader } from '@/lib/engine/fetch-bundle';
import type { AppStore } from '@/lib/store/store';
import { LinkError, readLink } from './link';
import { prepareRun } from './prepare-run';
import { applyView, type ShownView } from './view';

/** What opening a link works on. */
export interface LinkTarget {
  store: AppStore;
  session: Pick<Session, 'model' | 'load' | 'write'>;
  /** Reads the files of a bundle. */
  bundle(model: string): BundleReader;
  /** What of the view is shown; all of it when left out. */
  part?: (view: ShownView) => Partial<ShownView>;
}

/** Reads bundles from below `modelsUrl`, an absolute URL with a slash at its end. */
export function bundlesAt(modelsUrl: string): (model: string) => BundleReader {
  return (model) => fetchReader(model, new URL(`${model}/`, modelsUrl).href);
}

/**
 * Opens the run in a fragment: loads its model, gives the model its tokens, and shows the view of it. False, and the page as it
 * was, when the link cannot be opened; a notice says why in one sentence. False as well when the engine fails on the way, which
 * the engine's status says. Other weights than the sender's are named in a notice, too.
 */
export async function openLink(fragment: string, target: LinkTarget): Promise<boolean> {
  const { store, session } = target;
  try {
    const shared = await readLink(fragment);
    const { request, differs } = await prepareRun(shared, target.bundle(shared.model));
    const state = store.getState();
    state.setPrompt(shared.prompt);
    state.setSampling(shared.sampling);
    state.setMaxTokens(shared.maxTokens);
    if (session.model !== shared.model && !(await session.load({ model: shared.model })))
      return false;
    const trace = await session.write(request);
    if (!trace) return false;
    state.markLinked(trace.header.id);
    if (differs !== null) addNotice(store, differs);
    // Whoever went elsewhere meanwhile is left there.
    if (store.getState().trace === trace)
      applyView(store, target.part?.(shared.view) ?? shared.view);
    return true;
  } catch (error) {
    addNotice(store, error instanceof LinkError ? error.message : toProblem(error).message);
    return false;
  }
}

function addNotice(store: AppStore, notice: string): void {
  const { notices, setNotices } = store.getState();
  if (!notices.includes(notice)) setNotices([...notices, notice]);
}
