import path from 'node:path';

/** The folder of a shipped bundle. */
export function bundleFolder(model: string): string {
  return path.resolve(import.meta.dirname, '../../public/models', model);
}
