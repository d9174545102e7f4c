import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from '../../../scripts/lib/run.mjs';

/** Builds of ONNX Runtime stay files of their own; an import map would not reach into a worker. */
const besideThePage: Plugin = {
  name: 'onnxruntime-beside-the-page',
  setup({ onResolve }) {
    onResolve({ filter: /^(#ort-wasm|onnxruntime-web\/(webgpu|jspi))$/ }, ({ path }) => {
      const flavour = path === '#ort-wasm' ? 'wasm' : path.split('/')[1];
      return { path: `./ort.${flavour}.bundle.min.mjs`, external: true };
    });
  },
};

/**
 * Builds a bare page around the engine's own modules (`entry.ts`), so that a test can call them in a browser without the app.
 * Returns its folder; `remove` deletes it.
 */
export async function buildEngineSite(): Promise<{ root: string; remove: () => void }> {
  const root = mkdtempSync(join(tmpdir(), 'blockscope-engine-'));
  await build({
    entryPoints: {
      entry: join(ROOT, 'tests/browser/engine/entry.ts'),
      worker: join(ROOT, 'lib/engine/worker.ts'),
    },
    outdir: root,
    bundle: true,
    format: 'esm',
    alias: { '@': ROOT },
    plugins: [besideThePage],
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
  writeFileSync(
    join(root, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>Engine</title><link rel="icon" href="data:,">
<script type="module" src="entry.js"></script>`,
  );
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
