/// <reference lib="webworker" />
import { PrecacheController } from 'workbox-precaching/PrecacheController.js';
import { NetworkOnly } from 'workbox-strategies/NetworkOnly.js';
import { SerialQueue } from '@/lib/engine/queue';
import { type Answer, answerTo, filesFor } from './answers';
import { cacheNames } from './cache-names';
import { Keeper, sumOf } from './keeper';
import { reasonOf } from './reason';
import type { FromServiceWorker, SiteContents, ToServiceWorker } from './types';

/**
 * The service worker of the site: keeps its pages, and what a page asks for, so that all of it works without a network. A new version
 * takes over as soon as it is complete; until then the pages come from the network, and without one from the version before.
 */
declare const self: ServiceWorkerGlobalScope;

/** Put here by the build. */
declare const SITE_CONTENTS: SiteContents;

/** On a network that is there and does not answer, the kept page comes after this time. */
const PATIENCE_SECONDS = 3;

const { scope } = self.registration;
const names = cacheNames(scope);
const shell = new PrecacheController({ cacheName: names.page });
shell.precache(SITE_CONTENTS.shell.map(({ url, revision }) => ({ url, revision })));
const network = new NetworkOnly({
  networkTimeoutSeconds: PATIENCE_SECONDS,
  plugins: [
    {
      fetchDidSucceed: async ({ response }) => {
        if (response.status >= 500) throw new Error(`the server answered ${response.status}`);
        return response;
      },
    },
  ],
});
const keeper = new Keeper(
  { caches: self.caches, fetch: (url, options) => fetch(url, options), scope },
  SITE_CONTENTS,
);

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const answer = answerTo(event.request, scope);
  if (!answer) return;
  const response = ANSWERS[answer](event);
  event.respondWith(event.request.destination === 'worker' ? response.then(withoutUrl) : response);
});

/** A worker is told its chunks behind the `#` of its address, and would take over the address of the answer, which has none. */
function withoutUrl(response: Response): Response {
  return new Response(response.body, response);
}

const ANSWERS: Record<Answer, (event: FetchEvent) => Promise<Response>> = {
  hashed: async ({ request }) => (await keptFile(request.url)) ?? fetch(request),
  model: async ({ request }) => (await keeper.models.match(request.url)) ?? fetch(request),
  mend: async (event) => {
    const { url } = event.request;
    const response = await fetch(event.request);
    event.waitUntil(keeper.models.mend(url, response.clone()));
    return response;
  },
  fresh: async (event) => {
    const { request } = event;
    const kept = (await keptFile(request.url)) ?? (await keeper.models.match(request.url));
    if (!kept) return fetch(request);
    return network.handle({ event, request }).catch(() => kept);
  },
};

/** The kept file of the site that answers a request: of the pages, else of a runtime. */
async function keptFile(url: string): Promise<Response | undefined> {
  for (const file of filesFor(url, scope)) {
    const kept = await shell.matchPrecache(new URL(file, scope).href);
    if (kept) return kept;
  }
  return keeper.matchRuntime(url);
}

/**
 * Stores what of the pages is not there, as on installing. A browser may bring a removed service worker back without installing it,
 * while a page is open that it controls.
 */
async function storeShell(event: ExtendableEvent): Promise<void> {
  const asOnInstall = {
    type: 'install',
    waitUntil: (work: Promise<unknown>) => event.waitUntil(work),
  };
  await shell.install(asOnInstall as ExtendableEvent);
}

/** The bytes of the pages, or 0 if they are not kept whole. */
async function keptShell(): Promise<number> {
  if (!(await self.caches.has(names.page))) return 0;
  const requests = await (await self.caches.open(names.page)).keys();
  const kept = new Set(requests.map(({ url }) => url));
  const isWhole = [...shell.getURLsToCacheKeys().values()].every((key) => kept.has(key));
  return isWhole ? sumOf(SITE_CONTENTS.shell) : 0;
}

/** Pages ask one after another, so that no file is fetched twice. */
const turns = new SerialQueue();
let stop = new AbortController();

self.addEventListener('message', (event) => {
  const port = event.ports[0];
  if (port) event.waitUntil(answerPage(event, event.data, (message) => port.postMessage(message)));
});

async function answerPage(
  event: ExtendableEvent,
  request: ToServiceWorker,
  post: (message: FromServiceWorker) => void,
): Promise<void> {
  if (request.type === 'stop') {
    stop.abort();
    stop = new AbortController();
  }
  const { signal } = stop;
  try {
    await turns.run(async () => {
      signal.throwIfAborted();
      if (request.type === 'keep') {
        await storeShell(event);
        await keeper.keep(
          request,
          (done, total) => post({ type: 'progress', done, total }),
          signal,
        );
      }
      post({ type: 'done', report: { page: await keptShell(), ...(await keeper.report()) } });
    });
  } catch (cause) {
    post({ type: 'failed', reason: reasonOf(cause) });
  }
}
