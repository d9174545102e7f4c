import { formatBytes } from '@/lib/model/cost';
import type { KeptReport, OfflineStatus, Persistence } from './types';

/** How it stands with use without a network, in a sentence or two. */
export function offlineWords(status: OfflineStatus): string {
  switch (status.state) {
    case 'impossible':
      return `Not possible here: ${status.reason}.`;
    case 'off':
      return 'Off: nothing is kept in this browser.';
    case 'waiting':
      return 'Page and model are kept in this browser once they are there.';
    case 'keeping':
      return `Being kept in this browser: ${formatBytes(status.done)} of ${formatBytes(status.total)}.`;
    case 'kept':
      return `Works without a network. Kept in this browser, ${keptWords(status.report)}.`;
    case 'failed':
      return `It could not be kept in this browser: ${status.reason.replace(/\.$/, '')}.`;
  }
}

/** `29.4 MiB: page 2.1 MiB, runtime 13.6 MiB, tiny-b4 13.8 MiB`. */
function keptWords({ page, runtimes, models }: KeptReport): string {
  const runtime = runtimes.reduce((sum, { bytes }) => sum + bytes, 0);
  const parts = [
    { name: 'page', bytes: page },
    ...(runtime > 0 ? [{ name: 'runtime', bytes: runtime }] : []),
    ...models.map(({ id, bytes }) => ({ name: id, bytes })),
  ];
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return `${formatBytes(total)}: ${parts.map(({ name, bytes }) => `${name} ${formatBytes(bytes)}`).join(', ')}`;
}

/** Whether the browser may clear it, in a sentence; null where it does not say. */
export function persistenceWords(persistence: Persistence): string | null {
  switch (persistence) {
    case 'asked-for':
      return 'The browser will not clear it by itself.';
    case 'may-clear':
      return 'The browser may clear it when room is short.';
    case 'declined':
      return 'The browser may clear it when room is short; asked not to, it declined.';
    case 'unknown':
      return null;
  }
}
