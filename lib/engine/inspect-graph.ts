import type { Manifest } from '@/lib/model/manifest';
import { EngineError } from './errors';
import type { InspectRequest } from './types';

/** The graph's name in a manifest. A bundle may come without it. */
export const INSPECT_GRAPH = 'inspect';

/** Throws `EngineError` `bad-request` when the bundle cannot be looked into, or not with these tokens. */
export function checkInspect(manifest: Manifest, { tokens, block }: InspectRequest): void {
  const { blockLength, contextLength, vocabulary } = manifest.dims;
  if (!(INSPECT_GRAPH in manifest.graphs))
    throw refused(
      `The model "${manifest.id}" was exported without its "${INSPECT_GRAPH}" graph, so its queries and keys cannot be shown.`,
    );
  const length = (block + 1) * blockLength;
  if (!Number.isInteger(block) || block < 1 || length > contextLength)
    throw refused(
      `Block ${block} has no queries and keys; choose one from 1 to ${contextLength / blockLength - 1}.`,
    );
  if (tokens.length !== length)
    throw refused(`Blocks 0 to ${block} have ${length} tokens, and ${tokens.length} were given.`);
  const bad = tokens.find((id) => id < 0 || id >= vocabulary);
  if (bad !== undefined) throw refused(`Token id ${bad} is not one of the model's ${vocabulary}.`);
}

function refused(message: string): EngineError {
  return new EngineError({ code: 'bad-request', message, recovery: 'none' });
}
