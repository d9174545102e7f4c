import { useEffect, useState } from 'react';
import { toProblem } from '@/lib/engine/errors';
import type { Inspection } from '@/lib/engine/types';
import type { Trace } from '@/lib/trace/trace';
import { useApp, usePage } from '../page-context';

/** What is known of the queries and keys of a block. */
export type InspectionState =
  | { state: 'loading' }
  | { state: 'ready'; inspection: Inspection }
  | { state: 'failed'; message: string };

/** What could not be computed, and with which model. */
interface Failure {
  trace: Trace;
  block: number;
  model: string | undefined;
  message: string;
}

/** The cursor may pass many blocks; only where it rests is something computed. */
const REST_MS = 150;

/** Those of a late block take more than a MiB. */
const KEPT = 8;

/** Inspections of each trace, by block. A run never changes, so what was computed stays true. */
const known = new WeakMap<Trace, Map<number, Inspection>>();

/** The queries and keys up to block `block` of a trace, computed once more from its tokens. */
export function useInspection(trace: Trace, block: number): InspectionState {
  const { session } = usePage();
  // What failed for want of the right model is tried again with the next.
  const model = useApp((state) => state.info?.manifest.weights.sha256);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [, setArrived] = useState(0);
  const inspection = known.get(trace)?.get(block);
  useEffect(() => {
    if (inspection) return;
    let wanted = true;
    const timer = setTimeout(() => {
      session.inspect(trace, block).then(
        (found) => {
          const blocks = known.get(trace) ?? new Map<number, Inspection>();
          blocks.set(block, found);
          const [oldest] = blocks.keys();
          if (blocks.size > KEPT && oldest !== undefined) blocks.delete(oldest);
          known.set(trace, blocks);
          if (wanted) setArrived((count) => count + 1);
        },
        (error: unknown) => {
          if (wanted) setFailure({ trace, block, model, message: toProblem(error).message });
        },
      );
    }, REST_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [session, trace, block, model, inspection]);
  if (inspection) return { state: 'ready', inspection };
  if (failure?.trace === trace && failure.block === block && failure.model === model)
    return { state: 'failed', message: failure.message };
  return { state: 'loading' };
}
