import { Offline } from '@/lib/offline/offline';

let made: Offline | null = null;

/** How this page is kept; one for all that show it or add to it. Made in the browser only. */
export function pageOffline(): Offline {
  made ??= new Offline({
    serviceWorkers: allowed(() => navigator.serviceWorker),
    caches: allowed(() => window.caches),
    storage: allowed(() => navigator.storage),
    settings: allowed(() => window.localStorage),
    isSecure: window.isSecureContext,
    isFramed: window.self !== window.top,
    isOnline: () => navigator.onLine,
    scope: new URL('.', document.baseURI).href,
  });
  return made;
}

/** Where a browser blocks storage, reading the property alone throws. */
function allowed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
