import { SerialQueue } from '@/lib/engine/queue';
import { deleteKept } from './cache-names';
import { reasonOf } from './reason';
import type {
  FromServiceWorker,
  KeptReport,
  OfflineStatus,
  Persistence,
  ToServiceWorker,
  Wanted,
} from './types';

/** What the page's side needs of a browser; tests bring their own. What a browser does not have is undefined. */
export interface OfflinePorts {
  serviceWorkers: ServiceWorkerContainer | undefined;
  caches: CacheStorage | undefined;
  /** Asks not to be cleared. */
  storage: Pick<StorageManager, 'persist' | 'persisted'> | undefined;
  /** Remembers that the reader wants nothing kept. */
  settings: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined;
  isSecure: boolean;
  /** The page stands in a frame, maybe of another site, whose storage is apart. */
  isFramed: boolean;
  isOnline(): boolean;
  /** Absolute address of the site's folder, with a slash at its end; the service worker is `sw.js` there. */
  scope: string;
}

/** Holds `off` when the reader removed what was kept. */
export const OFFLINE_SETTING = 'blockscope-offline';

/** A network may be there and not answer. */
const ANSWER_MS = 10_000;

const FRAMED = 'within a frame nothing is kept; open the page itself';
const INSECURE =
  'browsers keep pages only over https or on localhost, and this one came over plain http';
const UNABLE = 'this browser keeps no pages, at least not in this window';

/** Keeps the site in the browser, through its service worker, and says how that stands. */
export class Offline {
  status: OfflineStatus;
  private wanted: Wanted = { models: [], runtimes: [] };
  /** The reader removed it. */
  private off: boolean;
  private declined = false;
  private readonly turns = new SerialQueue();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly ports: OfflinePorts) {
    const { serviceWorkers, caches, isSecure, isFramed, settings } = ports;
    this.off = settings?.getItem(OFFLINE_SETTING) === 'off';
    if (isFramed) this.status = { state: 'impossible', reason: FRAMED };
    else if (!isSecure) this.status = { state: 'impossible', reason: INSECURE };
    else if (!serviceWorkers || !caches) this.status = { state: 'impossible', reason: UNABLE };
    else this.status = { state: this.off ? 'off' : 'waiting' };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Keeps the pages and what is `wanted` beside them. Does nothing where that cannot be or the reader does not want it. */
  async keep(wanted: Wanted): Promise<void> {
    const merged = merge(this.wanted, wanted);
    const isNew = this.status.state === 'waiting' || sizeOf(merged) > sizeOf(this.wanted);
    this.wanted = merged;
    if (isNew) await this.turns.run(() => this.keepNow());
  }

  /** The reader wants it after all, or tries again. */
  async allow(): Promise<void> {
    this.off = false;
    this.remember(null);
    this.show({ state: 'waiting' });
    await this.turns.run(() => this.keepNow());
  }

  /** Removes everything that is kept, and keeps nothing until `allow`. */
  async remove(): Promise<void> {
    const { serviceWorkers, caches, scope } = this.ports;
    this.off = true;
    this.remember('off');
    this.show({ state: 'off' });
    try {
      const registration = await serviceWorkers?.getRegistration(scope);
      // What is being fetched would be stored behind the removal.
      if (registration?.active) await ask(registration.active, { type: 'stop' });
      await this.turns.run(async () => {
        if (!this.off) return;
        await registration?.unregister();
        if (caches) await deleteKept(caches, scope);
      });
    } catch (cause) {
      this.show({ state: 'failed', reason: reasonOf(cause) });
    }
  }

  /** Asks the browser not to clear by itself what is kept. */
  async persist(): Promise<void> {
    this.declined = !(await this.ports.storage?.persist().catch(() => false));
    const persistence = await this.persistence();
    if (this.status.state === 'kept') this.show({ ...this.status, persistence });
  }

  private async keepNow(): Promise<void> {
    const { serviceWorkers, scope, isOnline } = this.ports;
    if (!serviceWorkers || this.status.state === 'impossible' || this.off) return;
    let registration: ServiceWorkerRegistration | null = null;
    try {
      registration = await serviceWorkers.register(`${scope}sw.js`, { scope });
      const isThere = await this.showEarlier(registration);
      if (isThere && !isOnline()) return;
      const worker = await newestWorker(registration);
      const report = await ask(worker, { type: 'keep', ...this.wanted }, (done, total) => {
        if (!this.off) this.show({ state: 'keeping', done, total });
      });
      await this.showKept(report);
    } catch (cause) {
      // What an earlier visit kept is not lost because the server cannot be reached.
      if (registration && (await this.showEarlier(registration).catch(() => false))) return;
      if (!this.off) this.show({ state: 'failed', reason: reasonOf(cause) });
    }
  }

  /** Shows what is kept already; false if that is less than what is wanted. */
  private async showEarlier({ active }: ServiceWorkerRegistration): Promise<boolean> {
    if (!active) return false;
    const report = await ask(active, { type: 'report' });
    if (!covers(report, this.wanted)) return false;
    await this.showKept(report);
    return true;
  }

  private async showKept(report: KeptReport): Promise<void> {
    const persistence = await this.persistence();
    if (!this.off) this.show({ state: 'kept', report, persistence });
  }

  private async persistence(): Promise<Persistence> {
    const isSafe = await this.ports.storage?.persisted().catch(() => undefined);
    if (isSafe === undefined) return 'unknown';
    if (isSafe) return 'asked-for';
    return this.declined ? 'declined' : 'may-clear';
  }

  private remember(setting: 'off' | null): void {
    try {
      if (setting) this.ports.settings?.setItem(OFFLINE_SETTING, setting);
      else this.ports.settings?.removeItem(OFFLINE_SETTING);
    } catch {
      // Then it holds for this visit.
    }
  }

  private show(status: OfflineStatus): void {
    this.status = status;
    for (const listener of this.listeners) listener();
  }
}

function merge(one: Wanted, other: Wanted): Wanted {
  return {
    models: [...new Set([...one.models, ...other.models])],
    runtimes: [...new Set([...one.runtimes, ...other.runtimes])],
  };
}

function sizeOf({ models, runtimes }: Wanted): number {
  return models.length + runtimes.length;
}

function covers({ page, models, runtimes }: KeptReport, wanted: Wanted): boolean {
  return (
    page > 0 &&
    wanted.models.every((id) => models.some((model) => model.id === id)) &&
    wanted.runtimes.every((flavour) => runtimes.some((runtime) => runtime.flavour === flavour))
  );
}

/** The service worker of the site as the server has it now; that of an earlier visit, if the server does not answer. */
async function newestWorker(registration: ServiceWorkerRegistration): Promise<ServiceWorker> {
  if (registration.active)
    await Promise.race([registration.update().catch(() => undefined), pause(ANSWER_MS)]);
  const coming = registration.installing ?? registration.waiting;
  if (coming) await settled(coming);
  if (!registration.active) throw new Error('the browser did not store the page');
  return registration.active;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Resolves once a service worker is in force or given up. */
function settled(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (worker.state !== 'activated' && worker.state !== 'redundant') return;
      worker.removeEventListener('statechange', look);
      resolve();
    };
    worker.addEventListener('statechange', look);
    look();
  });
}

/** Asks a service worker; rejects with what it says went wrong, or when another took its place. */
function ask(
  worker: ServiceWorker,
  request: ToServiceWorker,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<KeptReport> {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    const look = () => {
      if (worker.state === 'redundant')
        end(() => reject(new Error('a newer version took over; reload the page')));
    };
    const end = (settle: () => void) => {
      port1.close();
      worker.removeEventListener('statechange', look);
      settle();
    };
    port1.onmessage = ({ data }: MessageEvent<FromServiceWorker>) => {
      if (data.type === 'progress') onProgress(data.done, data.total);
      else if (data.type === 'done') end(() => resolve(data.report));
      else end(() => reject(new Error(data.reason)));
    };
    worker.addEventListener('statechange', look);
    worker.postMessage(request, [port2]);
  });
}
