import { useState } from 'react';
import type { Outcome } from '@/lib/export/hand-over';
import { usePassing } from '../use-passing';

/** What came of the last copying or saving, as a state: what was done is forgotten by itself, what was not stays until it is closed. */
export function useOutcome(): [Outcome | null, (outcome: Outcome | null) => void] {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  usePassing(outcome?.done ? outcome : null, setOutcome);
  return [outcome, setOutcome];
}
