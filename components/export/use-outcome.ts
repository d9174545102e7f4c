import { useEffect, useState } from 'react';
import type { Outcome } from '@/lib/export/hand-over';

/** How long the word that something was copied or saved stays. */
const NOTE_MS = 2500;

/** What came of the last copying or saving, as a state: what was done is forgotten by itself, what was not stays until it is closed. */
export function useOutcome(): [Outcome | null, (outcome: Outcome | null) => void] {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  useEffect(() => {
    if (!outcome?.done) return;
    const timer = setTimeout(() => setOutcome(null), NOTE_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  return [outcome, setOutcome];
}
