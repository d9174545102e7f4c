import { isLink } from '@/lib/share/is-link';
import type { ShownView } from '@/lib/share/view';
import type { PageTools } from '../page-context';

const NOT_FETCHED =
  'The link could not be opened, for a part of this page could not be fetched: check the connection and load the page again.';

interface LinkOptions {
  /** How the page begins without a link, or with one that cannot be opened. */
  otherwise(): void;
  /** What of a view this page has room for; all of it when left out. */
  part?: (view: ShownView) => Partial<ShownView>;
}

/** Opens the run that the page's address holds, and every link that is followed on the same page until it is `gone`. */
export function followLinks(tools: PageTools, gone: AbortSignal, options: LinkOptions): void {
  const follow = () => {
    if (isLink(location.hash)) void open(tools, options);
  };
  if (isLink(location.hash)) void openFirst(tools, options);
  else options.otherwise();
  window.addEventListener('hashchange', follow, { signal: gone });
}

async function openFirst(tools: PageTools, options: LinkOptions): Promise<void> {
  const { store, session } = tools;
  // It counts as loading from the start: a model comes, by the link or as usual.
  const { model } = session;
  store.getState().setStatus({ state: 'loading', model, loadedBytes: 0, totalBytes: 0 });
  await open(tools, options);
  if (store.getState().status.state !== 'loading') return;
  // No load was begun.
  session.cancelLoad();
  options.otherwise();
}

async function open({ store, session }: PageTools, { part }: LinkOptions): Promise<void> {
  try {
    const { bundlesAt, openLink } = await import('@/lib/share/open-link');
    const bundle = bundlesAt(new URL('models/', document.baseURI).href);
    await openLink(location.hash, { store, session, bundle, part });
  } catch {
    const { notices, setNotices } = store.getState();
    setNotices([...notices, NOT_FETCHED]);
  }
}
