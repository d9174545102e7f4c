import os from 'node:os';
import type { Machine } from './lib/report';

/** What this machine says of itself; programs that were not used are null. */
export function describeMachine(
  versions: Pick<
    Machine,
    'browser' | 'ortWeb' | 'ortNode' | 'transformersJs' | 'ortOfTransformersJs'
  >,
  load: number | null,
): Machine {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release().split('-')[0]} ${os.arch()}`,
    node: process.versions.node,
    load,
    ...versions,
  };
}

/** Programs that want a processor now, over the last minute; null where the system does not tell. */
export function loadNow(): number | null {
  return process.platform === 'win32' ? null : Math.round((os.loadavg()[0] ?? 0) * 100) / 100;
}
