import { useEffect, useState } from 'react';
import { readManifest } from '@/lib/engine/bundle';
import { fetchReader } from '@/lib/engine/fetch-bundle';
import { whyNot } from '@/lib/engine/throughput-reason';
import type { LabModel } from '@/lib/lab/plan';
import { FLAT_MODELS, SHIPPED_MODELS } from '@/lib/model/catalog';

export type LabModels =
  | { state: 'loading' }
  | { state: 'ready'; models: LabModel[] }
  | { state: 'failed'; reason: string };

/** The manifests of every model that ships, block and flat; one that cannot be read is passed over, unless all are. */
export function useLabModels(modelsUrl: string): LabModels & { retry(): void } {
  const [models, setModels] = useState<LabModels>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt reads them again
  useEffect(() => {
    const stop = new AbortController();
    setModels({ state: 'loading' });
    const reading = [...SHIPPED_MODELS, ...FLAT_MODELS].map((id) =>
      readManifest(fetchReader(id, new URL(`${id}/`, modelsUrl).href, { signal: stop.signal })),
    );
    Promise.allSettled(reading).then((all) => {
      if (stop.signal.aborted) return;
      const read = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const failed = all.find((one) => one.status === 'rejected');
      if (read.length > 0 || !failed) setModels({ state: 'ready', models: read });
      else setModels({ state: 'failed', reason: whyNot(failed.reason) });
    });
    return () => stop.abort();
  }, [modelsUrl, attempt]);
  return { ...models, retry: () => setAttempt((count) => count + 1) };
}
