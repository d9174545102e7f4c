import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from '../scripts/lib/run.mjs';
import { BENCH } from './lib/paths';

/** Builds of ONNX Runtime that the engine asks for, by the name of the import. */
const BUILDS: Record<string, string> = {
  '#ort-wasm': 'wasm',
  'onnxruntime-web/webgpu': 'webgpu',
  'onnxruntime-web/jspi': 'jspi',
};

/** Leaves the runtime outside: a worker has no import map, so each name becomes a file beside it. */
const runtimeBeside: Plugin = {
  name: 'runtime-beside',
  setup({ onResolve }) {
    onResolve({ filter: /^(#ort-wasm|onnxruntime-web\/(webgpu|jspi))$/ }, ({ path }) => ({
      path: `./ort.${BUILDS[path]}.bundle.min.mjs`,
      external: true,
    }));
  },
};

export interface Site {
  root: string;
  remove(): void;
}

/**
 * Builds the folder that the bench serves: an empty page, the engine's worker, the models in `models`, and with `rival` (a folder
 * of exported models by name) the worker of transformers.js.
 */
export async function buildSite(
  models: Map<string, string>,
  rival: Map<string, string>,
): Promise<Site> {
  const root = mkdtempSync(join(tmpdir(), 'blockscope-bench-'));
  const bundle = (name: string, plugins: Plugin[]) =>
    build({
      entryPoints: [join(BENCH, 'page', `${name}.ts`)],
      outfile: join(root, `${name}.js`),
      bundle: true,
      format: 'esm',
      target: 'es2022',
      alias: { '@': ROOT },
      logLevel: 'error',
      plugins,
    });
  await bundle('engine-worker', [runtimeBeside]);
  const dist = join(ROOT, 'node_modules/onnxruntime-web/dist');
  for (const name of Object.values(BUILDS))
    cpSync(join(dist, `ort.${name}.bundle.min.mjs`), join(root, `ort.${name}.bundle.min.mjs`));
  for (const kind of ['', '.asyncify', '.jspi']) {
    const file = `ort-wasm-simd-threaded${kind}.wasm`;
    cpSync(join(dist, file), join(root, file));
  }
  for (const [name, folder] of models)
    cpSync(folder, join(root, 'models', name), { recursive: true, dereference: true });
  if (rival.size > 0) {
    await bundle('rival-worker', []);
    const theirs = join(BENCH, 'node_modules/onnxruntime-web/dist');
    for (const ending of ['mjs', 'wasm']) {
      const file = `ort-wasm-simd-threaded.asyncify.${ending}`;
      cpSync(join(theirs, file), join(root, 'rival-ort', file));
    }
    for (const [name, folder] of rival)
      for (const part of ['onnx', 'config.json', 'generation_config.json'])
        if (existsSync(join(folder, part)))
          cpSync(join(folder, part), join(root, 'rival', name, part), { recursive: true });
  }
  cpSync(join(BENCH, 'page/start.js'), join(root, 'start.js'));
  writeFileSync(
    join(root, 'index.html'),
    '<!doctype html><meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,">' +
      '<script type="module" src="start.js"></script>',
  );
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
