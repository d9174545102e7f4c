import { ModelError } from '@/lib/model/errors';
import { EngineError } from './errors';

/** What the runtime and the browser say when memory is short. */
const NO_MEMORY =
  /bad_alloc|out of memory|allocation failed|Failed to allocate|Invalid array length|memory access out of bounds/i;

/** Why a measurement failed, in one clear sentence for the reader. */
export function whyNot(cause: unknown): string {
  if (cause instanceof EngineError || cause instanceof ModelError) return cause.message;
  const said = cause instanceof Error ? cause.message : String(cause);
  const detail = said.split('\n')[0]?.slice(0, 160) ?? '';
  if (NO_MEMORY.test(said) || cause instanceof RangeError)
    return 'This browser did not give the memory that so many sequences need at once.';
  return `It stopped with an unexpected error (${detail}).`;
}
