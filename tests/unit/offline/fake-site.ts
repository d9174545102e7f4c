import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '@/lib/engine/digest';
import { ROOT } from '../../../scripts/lib/run.mjs';
import { FakeCaches } from './fake-caches';

export const SCOPE = 'https://example.org/some/where/';

/** A server of the shipped nano-b4, whose files can be changed, and what was asked of it. */
export class FakeSite {
  readonly asked: string[] = [];
  readonly changed = new Map<string, Uint8Array<ArrayBuffer> | number>();
  readonly caches = new FakeCaches();

  readonly ports = {
    caches: this.caches.storage,
    scope: SCOPE,
    fetch: async (url: string, options: RequestInit) => {
      options.signal?.throwIfAborted();
      const path = url.slice(SCOPE.length);
      this.asked.push(path);
      const changed = this.changed.get(path);
      if (typeof changed === 'number') return new Response('', { status: changed });
      return new Response(changed ?? readFileSync(join(ROOT, 'public', path)));
    },
  };

  /** Gives nano-b4 other weights, and a manifest that has them. */
  async changeWeights(): Promise<void> {
    const folder = join(ROOT, 'public/models/nano-b4');
    const weights = new Uint8Array(readFileSync(join(folder, 'weights.bin')));
    weights[0] = (weights[0] ?? 0) ^ 1;
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    manifest.weights.sha256 = await sha256Hex(weights);
    this.changed.set('models/nano-b4/weights.bin', weights);
    this.changed.set(
      'models/nano-b4/manifest.json',
      new TextEncoder().encode(JSON.stringify(manifest)),
    );
  }
}
