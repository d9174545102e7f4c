import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/run.mjs';

/** The bench's own folder, and what it may fill and anybody may delete. */
export const BENCH = join(ROOT, 'bench');
export const CACHE = join(BENCH, '.cache');
