import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../../scripts/lib/run.mjs';

/**
 * Builds a bare page around the engine's own modules (`entry.ts`), so that a test can call them in a browser without the app.
 * Returns its folder; `remove` deletes it.
 */
export async function buildEngineSite(): Promise<{ root: string; remove: () => void }> {
  const root = mkdtempSync(join(tmpdir(), 'blockscope-engine-'));
  await build({
    entryPoints: [join(ROOT, 'tests/browser/engine/entry.ts')],
    outfile: join(root, 'entry.js'),
    bundle: true,
    format: 'esm',
    alias: { '@': ROOT },
    external: ['onnxruntime-web/*', '#ort-wasm'],
    logLevel: 'error',
  });
  const dist = join(ROOT, 'node_modules/onnxruntime-web/dist');
  for (const name of ['wasm', 'webgpu', 'jspi'])
    cpSync(join(dist, `ort.${name}.bundle.min.mjs`), join(root, `ort.${name}.bundle.min.mjs`));
  for (const name of ['', '.asyncify', '.jspi'])
    cpSync(
      join(dist, `ort-wasm-simd-threaded${name}.wasm`),
      join(root, `ort-wasm-simd-threaded${name}.wasm`),
    );
  cpSync(join(ROOT, 'public/models'), join(root, 'models'), { recursive: true });
  const imports = {
    '#ort-wasm': './ort.wasm.bundle.min.mjs',
    'onnxruntime-web/webgpu': './ort.webgpu.bundle.min.mjs',
    'onnxruntime-web/jspi': './ort.jspi.bundle.min.mjs',
  };
  writeFileSync(
    join(root, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>Engine</title><link rel="icon" href="data:,">
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module" src="entry.js"></script>`,
  );
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
