import type { Sessions } from '@/lib/engine/cpu-graphs';
import { FlatWasmBackend } from '@/lib/engine/flat-wasm-backend';
import { QuietWriter } from '@/lib/engine/quiet-writer';
import type { OrtModule } from '@/lib/engine/runtime';
import { WasmBackend } from '@/lib/engine/wasm-backend';
import type { Manifest } from '@/lib/model/manifest';
import type { Row } from '../lib/rows';
import { BlockAppRunner } from './block-app';
import { FlatAppRunner } from './flat-app';
import { QuietRunner } from './quiet';
import type { ModelRunner } from './run';

/** This project's engine on the given sessions: as the app runs it, or through the quiet graphs. */
export function engineRunner(
  manifest: Manifest,
  { ort, sessions }: { ort: OrtModule; sessions: Sessions },
  { form, tokensPerRun }: Pick<Row, 'form' | 'tokensPerRun'>,
): ModelRunner {
  if (manifest.architecture === 'block') {
    const backend = new WasmBackend(manifest.dims, ort, sessions);
    return form === 'quiet'
      ? new QuietRunner(new QuietWriter(manifest, backend, tokensPerRun))
      : new BlockAppRunner(manifest, backend);
  }
  const backend = new FlatWasmBackend(manifest.dims, ort, sessions);
  return form === 'quiet'
    ? new QuietRunner(new QuietWriter(manifest, backend, tokensPerRun))
    : new FlatAppRunner(manifest, backend, tokensPerRun);
}
