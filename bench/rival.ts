import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseManifest } from '@/lib/model/parse-manifest';
import { BENCH, CACHE } from './lib/paths';

const PYTHON = path.join(
  CACHE,
  process.platform === 'win32' ? 'venv/Scripts/python.exe' : 'venv/bin/python',
);

/**
 * The bundle in `folder` as transformers.js wants it: through Hugging Face's GPT-NeoX class and the standard exporter. Made once for
 * each weights file and way of making it. Returns its folder; throws with the reason when it cannot be made.
 */
export async function exportRival(
  folder: string,
  progress: (line: string) => void,
): Promise<string> {
  const manifest = parseManifest(readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
  const recipe = ['convert.py', 'requirements.txt'].map((name) =>
    readFileSync(path.join(BENCH, 'rival', name)),
  );
  const key = createHash('sha256').update(manifest.weights.sha256);
  for (const part of recipe) key.update(part);
  const out = path.join(CACHE, 'rival', `${manifest.id}-${key.digest('hex').slice(0, 16)}`);
  if (existsSync(out)) return out;
  await ensurePython(recipe[1]?.toString('utf8') ?? '', progress);
  progress(`Exporting ${manifest.id} for transformers.js`);
  const half = `${out}.part`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  await quietly(PYTHON, [path.join(BENCH, 'rival/convert.py'), folder, half], 'the export');
  renameSync(half, out);
  return out;
}

/** An environment with the pinned packages, made when it is first needed or when the pins change: about 6 GB. */
async function ensurePython(pins: string, progress: (line: string) => void): Promise<void> {
  const note = path.join(CACHE, 'venv/pins.txt');
  if (existsSync(note) && readFileSync(note, 'utf8') === pins) return;
  progress('Installing the exporter’s Python packages, once; this takes minutes');
  mkdirSync(CACHE, { recursive: true });
  const base = process.platform === 'win32' ? 'python' : 'python3';
  await quietly(base, ['-m', 'venv', path.join(CACHE, 'venv')], 'making a Python environment');
  const requirements = path.join(BENCH, 'rival/requirements.txt');
  await quietly(
    PYTHON,
    ['-m', 'pip', 'install', '-q', '-r', requirements],
    'installing the exporter',
  );
  writeFileSync(note, pins);
}

/** Runs a program; throws one sentence with the end of what it said when it fails. */
function quietly(command: string, args: string[], what: string): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-2000);
    });
    child.once('error', () => fail(new Error(`${what} needs ${command}, which cannot be started`)));
    child.once('close', (code) => {
      if (code === 0) return done();
      const line = said.trim().split('\n').at(-1) ?? '';
      fail(new Error(`${what} failed: ${line}`));
    });
  });
}
