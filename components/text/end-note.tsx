'use client';

import type { Trace } from '@/lib/trace/trace';
import type { EndReason } from '@/lib/trace/types';
import styles from './text.module.css';
import { writtenText } from './written-text';

/** Why the text ends where it does. */
export function EndNote({ trace }: { trace: Trace }) {
  if (!trace.end) return null;
  return <p className={styles.end}>{endText(trace.end.reason, trace)}</p>;
}

function endText(reason: EndReason, trace: Trace): string {
  const { contextLength } = trace.dims;
  const written = writtenText(trace);
  const dropped =
    trace.discardedFrom === null ? '' : ' The rest of its last block is discarded (hatched).';
  switch (reason) {
    case 'length':
      return `${written}, as asked for.${dropped}`;
    case 'end-of-text':
      return `The model ended its text: ${written}.${dropped}`;
    case 'context-full':
      return `The context is full: this model holds ${contextLength.toLocaleString('en')} tokens, pads included. Start a new run to go on.`;
    case 'stopped':
      return `Stopped: ${written}.${dropped}`;
    case 'failed':
      return `The engine stopped: ${written}, which stay.`;
  }
}
