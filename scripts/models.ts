import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isModelId } from '@/lib/model/catalog';
import { UsageError } from './command-line';

/** Where the shipped bundles lie. */
export const MODELS = fileURLToPath(new URL('../public/models/', import.meta.url));

/** The folder of the bundle named `id`. @throws UsageError naming the models that are there. */
export async function modelFolder(models: string, id: string): Promise<string> {
  const folder = path.join(models, id);
  if (isModelId(id) && (await exists(path.join(folder, 'manifest.json')))) return folder;
  const known = await bundlesIn(models);
  const there = known.length > 0 ? `there are ${known.join(', ')}` : 'there are none';
  throw new UsageError(`There is no model "${id}"; ${there}.`);
}

async function bundlesIn(models: string): Promise<string[]> {
  const names = await readdir(models).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => (await exists(path.join(models, name, 'manifest.json'))) && name),
  );
  return found.filter((name) => name !== false).sort();
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
