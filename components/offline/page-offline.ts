import { Offline } from '@/lib/offline/offline';

let made: Offline | null = null;

/** How this page is kept; one for all that show it or add to it. Made in the browser only. */
export function pageOffline(): Offline {
  made ??= new Offline({
    serviceWorkers: navigator.serviceWorker,
    caches: globalThis.caches,
    storage: navigator.storage,
    settings: settings(),
    isSecure: window.isSecureContext,
    isOnline: () => navigator.onLine,
    scope: new URL('.', document.baseURI).href,
  });
  return made;
}

/** Reading the property alone throws where a browser blocks storage. */
function settings(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}
