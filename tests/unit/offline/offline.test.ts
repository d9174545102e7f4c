import { describe, expect, it, vi } from 'vitest';
import { cacheNames } from '@/lib/offline/cache-names';
import { OFFLINE_SETTING, Offline, type OfflinePorts } from '@/lib/offline/offline';
import type { FromServiceWorker, KeptReport, ToServiceWorker } from '@/lib/offline/types';
import { FakeCaches } from './fake-caches';
import { SCOPE } from './fake-site';

const KEPT: KeptReport = {
  page: 5,
  runtimes: [{ flavour: 'wasm', bytes: 10 }],
  models: [{ id: 'nano-b4', bytes: 20 }],
};
const NANO = { models: ['nano-b4'], runtimes: ['wasm'] as const };

const NOTHING: KeptReport = { page: 0, runtimes: [], models: [] };

/** A service worker whose answers the test writes. */
class FakeWorker extends EventTarget {
  state: ServiceWorkerState = 'activated';
  readonly asked: ToServiceWorker[] = [];
  /** Of the last order to keep something. */
  keeping: MessagePort | undefined;

  constructor(
    private readonly answer: (request: ToServiceWorker) => FromServiceWorker[] = () => [
      { type: 'done', report: KEPT },
    ],
  ) {
    super();
  }

  postMessage(request: ToServiceWorker, [port]: MessagePort[]) {
    this.asked.push(request);
    if (request.type === 'keep') this.keeping = port;
    for (const message of this.answer(request)) port?.postMessage(message);
  }

  become(state: ServiceWorkerState) {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

/** A page's browser around `worker`, with what was done to it. */
function browser(
  worker: FakeWorker | null = new FakeWorker(),
  changes: Partial<OfflinePorts> = {},
) {
  const caches = new FakeCaches();
  const settings = new Map<string, string>();
  const registration = {
    active: worker as unknown as ServiceWorker | null,
    installing: null as unknown as ServiceWorker | null,
    waiting: null,
    update: vi.fn(async () => {}),
    unregister: vi.fn(async () => true),
  };
  const register = vi.fn(async () => registration);
  const ports = {
    serviceWorkers: { register, getRegistration: async () => registration },
    caches: caches.storage,
    storage: { persist: vi.fn(async () => true), persisted: vi.fn(async () => false) },
    settings: {
      getItem: (key: string) => settings.get(key) ?? null,
      setItem: (key: string, value: string) => void settings.set(key, value),
      removeItem: (key: string) => void settings.delete(key),
    },
    isSecure: true,
    isFramed: false,
    isOnline: () => true,
    scope: SCOPE,
    ...changes,
  } as unknown as OfflinePorts;
  return { ports, registration, register, caches, settings };
}

const statesOf = (offline: Offline) => {
  const seen: string[] = [];
  offline.subscribe(() => seen.push(offline.status.state));
  return seen;
};

describe('keeping', () => {
  it('registers the service worker of the site, asks it, and shows what came of it', async () => {
    const worker = new FakeWorker(() => [
      { type: 'progress', done: 1, total: 30 },
      { type: 'done', report: KEPT },
    ]);
    worker.state = 'installing';
    const { ports, register, registration } = browser(null);
    registration.installing = worker as unknown as ServiceWorker;
    setTimeout(() => {
      registration.active = worker as unknown as ServiceWorker;
      worker.become('activated');
    }, 10);
    const offline = new Offline(ports);
    expect(offline.status).toEqual({ state: 'waiting' });
    const seen = statesOf(offline);
    await offline.keep(NANO);
    expect(register).toHaveBeenCalledWith(`${SCOPE}sw.js`, { scope: SCOPE });
    expect(worker.asked).toEqual([{ type: 'keep', ...NANO }]);
    expect(seen).toEqual(['keeping', 'kept']);
    expect(offline.status).toEqual({ state: 'kept', report: KEPT, persistence: 'may-clear' });
  });

  it('asks again only for what is new, and then for all', async () => {
    const worker = new FakeWorker();
    const offline = new Offline(browser(worker).ports);
    const orders = () => worker.asked.filter(({ type }) => type === 'keep');
    await offline.keep(NANO);
    await offline.keep(NANO);
    expect(orders()).toHaveLength(1);
    await offline.keep({ models: ['tiny-b4'], runtimes: ['wasm'] });
    expect(orders()[1]).toEqual({
      type: 'keep',
      models: ['nano-b4', 'tiny-b4'],
      runtimes: ['wasm'],
    });
  });

  it('shows what an earlier visit kept before the server is asked', async () => {
    const { ports, registration } = browser();
    const offline = new Offline(ports);
    registration.update.mockImplementation(async () => {
      expect(offline.status.state).toBe('kept');
    });
    await offline.keep(NANO);
    expect(registration.update).toHaveBeenCalledOnce();
  });

  it('waits for a new version to take over, and asks that one', async () => {
    const old = new FakeWorker();
    const { ports, registration } = browser(old);
    const coming = new FakeWorker();
    coming.state = 'installing';
    registration.update.mockImplementation(async () => {
      registration.installing = coming as unknown as ServiceWorker;
      setTimeout(() => {
        registration.active = coming as unknown as ServiceWorker;
        coming.become('activated');
      });
    });
    await new Offline(ports).keep(NANO);
    expect(old.asked).toEqual([{ type: 'report' }]);
    expect(coming.asked).toEqual([{ type: 'keep', ...NANO }]);
  });

  it('goes on with the version before if the new one cannot be stored', async () => {
    const old = new FakeWorker();
    const { ports, registration } = browser(old);
    const coming = new FakeWorker();
    coming.state = 'redundant';
    registration.installing = coming as unknown as ServiceWorker;
    const offline = new Offline(ports);
    await offline.keep(NANO);
    expect(old.asked.at(-1)).toEqual({ type: 'keep', ...NANO });
    expect(coming.asked).toEqual([]);
    expect(offline.status.state).toBe('kept');
  });

  it('only asks what is there while the browser is offline', async () => {
    const worker = new FakeWorker();
    const { ports, registration } = browser(worker, { isOnline: () => false });
    const offline = new Offline(ports);
    await offline.keep(NANO);
    expect(worker.asked).toEqual([{ type: 'report' }]);
    expect(registration.update).not.toHaveBeenCalled();
    expect(offline.status.state).toBe('kept');
  });

  it('is as it was when the server cannot be reached and all of it is there', async () => {
    const unreachable = (report: KeptReport) =>
      new FakeWorker(({ type }) => [
        type === 'keep' ? { type: 'failed', reason: 'no answer' } : { type: 'done', report },
      ]);
    const whole = new Offline(browser(unreachable(KEPT)).ports);
    await whole.keep(NANO);
    expect(whole.status.state).toBe('kept');
    for (const report of [
      { ...KEPT, page: 0 },
      { ...KEPT, models: [] },
      { ...KEPT, runtimes: [] },
    ]) {
      const part = new Offline(browser(unreachable(report)).ports);
      await part.keep(NANO);
      expect(part.status).toEqual({ state: 'failed', reason: 'no answer' });
    }
  });
});

describe('what goes wrong', () => {
  it('an address without https, a frame, and a browser without the means are told apart', () => {
    const reason = (changes: Partial<OfflinePorts>) => {
      const { status } = new Offline(browser(null, changes).ports);
      return status.state === 'impossible' ? status.reason : status.state;
    };
    const none = { serviceWorkers: undefined, caches: undefined };
    expect(reason({ ...none, isSecure: false })).toMatch(/over https or on localhost/);
    expect(reason({ isFramed: true })).toMatch(/open the page itself/);
    expect(reason(none)).toMatch(/this browser keeps no pages/);
    expect(reason({ caches: undefined })).toMatch(/this browser keeps no pages/);
  });

  it('nothing is registered where it is not possible', async () => {
    const { ports, register } = browser(null, { isSecure: false });
    await new Offline(ports).keep(NANO);
    expect(register).not.toHaveBeenCalled();
  });

  it('a refused registration, a page that does not fit, and another version are told', async () => {
    const refused = browser();
    refused.register.mockRejectedValue(new DOMException('no', 'SecurityError'));
    const full = browser(null);
    const silent = new FakeWorker(({ type }) =>
      type === 'report' ? [{ type: 'done', report: NOTHING }] : [],
    );
    const replaced = browser(silent);
    const cases = [
      [refused, /does not allow/],
      [full, /did not store/],
      [replaced, /newer version took over/],
    ] as const;
    for (const [{ ports }, reason] of cases) {
      const offline = new Offline(ports);
      const keeping = offline.keep(NANO);
      setTimeout(() => silent.become('redundant'), 20);
      await keeping;
      expect(offline.status).toEqual({ state: 'failed', reason: expect.stringMatching(reason) });
    }
  });

  it('what failed is tried again when the reader asks', async () => {
    const { ports, register } = browser();
    register.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    const offline = new Offline(ports);
    await offline.keep(NANO);
    await offline.keep(NANO);
    expect(offline.status.state).toBe('failed');
    await offline.allow();
    expect(offline.status.state).toBe('kept');
  });
});

describe('removing', () => {
  it('stops what is under way, removes caches and service worker, and is remembered', async () => {
    const worker = new FakeWorker();
    const { ports, registration, caches, settings } = browser(worker);
    const offline = new Offline(ports);
    await offline.keep(NANO);
    await caches.open(cacheNames(SCOPE).page);
    await offline.remove();
    expect(offline.status).toEqual({ state: 'off' });
    expect(worker.asked.at(-1)).toEqual({ type: 'stop' });
    expect(registration.unregister).toHaveBeenCalled();
    expect(await caches.keys()).toEqual([]);
    expect(settings.get(OFFLINE_SETTING)).toBe('off');

    const next = new Offline(ports);
    await next.keep(NANO);
    expect(next.status).toEqual({ state: 'off' });
    await next.allow();
    expect(next.status.state).toBe('kept');
    expect(settings.has(OFFLINE_SETTING)).toBe(false);
  });

  it('in the middle of keeping ends it, and what comes late changes nothing', async () => {
    const worker = new FakeWorker(({ type }) => {
      // As the service worker does, it ends what it was at.
      if (type === 'stop') worker.keeping?.postMessage({ type: 'failed', reason: 'stopped' });
      return type === 'keep'
        ? [{ type: 'progress', done: 1, total: 2 }]
        : [{ type: 'done', report: NOTHING }];
    });
    const { ports, registration } = browser(worker);
    const offline = new Offline(ports);
    const seen = statesOf(offline);
    const keeping = offline.keep(NANO);
    await vi.waitFor(() => expect(seen).toContain('keeping'));
    await offline.remove();
    await keeping;
    expect(seen).toEqual(['keeping', 'off']);
    expect(registration.unregister).toHaveBeenCalled();
  });

  it('works for this visit where nothing can be remembered', async () => {
    const refuse = () => {
      throw new DOMException('no', 'SecurityError');
    };
    const { ports } = browser(new FakeWorker(), {
      settings: { getItem: () => null, setItem: refuse, removeItem: refuse },
    });
    const offline = new Offline(ports);
    await offline.keep(NANO);
    await offline.remove();
    expect(offline.status).toEqual({ state: 'off' });
    await offline.keep({ models: ['tiny-b4'], runtimes: [] });
    expect(offline.status).toEqual({ state: 'off' });
  });
});

describe('asking the browser not to clear it', () => {
  it.each([
    [true, 'asked-for'],
    [false, 'declined'],
  ] as const)('%s: %s', async (granted, persistence) => {
    const { ports } = browser();
    const offline = new Offline(ports);
    await offline.keep(NANO);
    vi.mocked(ports.storage as StorageManager).persist.mockResolvedValue(granted);
    vi.mocked(ports.storage as StorageManager).persisted.mockResolvedValue(granted);
    await offline.persist();
    expect(offline.status).toMatchObject({ state: 'kept', persistence });
  });

  it('a browser without such a promise says nothing of it', async () => {
    const offline = new Offline(browser(new FakeWorker(), { storage: undefined }).ports);
    await offline.keep(NANO);
    expect(offline.status).toMatchObject({ state: 'kept', persistence: 'unknown' });
  });
});
