'use client';

import { ChevronDown } from 'lucide-react';
import { useId, useRef } from 'react';
import type { MapName } from '@/lib/store/selection-slice';
import { choiceName, type HeadChoice } from '@/lib/trace/heads';
import { latePart, useLate } from '../late/late';
import { useApp } from '../page-context';
import styles from './step.module.css';
import { useWide } from './use-wide';

const headsSheet = latePart(async () => (await import('./heads-sheet')).HeadsSheet);

/** Names the head that a map shows, and opens all heads to choose from beside the map. */
export function HeadPicker({ map }: { map: MapName }) {
  const choice = useApp((state) => state[map]);
  const trace = useApp((state) => state.trace);
  const open = useApp((state) => state.headsOpen === map);
  const openHeads = useApp((state) => state.openHeads);
  const full = useApp((state) => state.fullPanel === map);
  const wide = useWide() && !full;
  const id = useId();
  const HeadsSheet = useLate(headsSheet, open);
  const button = useRef<HTMLButtonElement>(null);
  // The sheet stands beside the whole panel, so that the map is seen while heads are chosen.
  const panel = useRef({
    getBoundingClientRect: () =>
      (button.current?.closest('section') ?? document.body).getBoundingClientRect(),
  });
  if (!trace) return null;
  const { dims } = trace;
  const layers = map === 'global' ? dims.blockLayers : dims.tokenLayers;
  return (
    <>
      <button
        ref={button}
        type="button"
        className={styles.pick}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={`Heads of ${map} attention: ${choiceName(choice, layers, dims.heads)}`}
        title={map === 'global' ? 'Choose a head (H)' : 'Choose a head'}
        onClick={() => openHeads(open ? null : map)}
      >
        {shortName(choice, dims.heads)}
        <ChevronDown size={14} aria-hidden="true" />
      </button>
      {HeadsSheet && (
        <HeadsSheet
          id={id}
          button={button}
          panel={wide ? panel : null}
          map={map}
          trace={trace}
          layers={layers}
          onClose={() => openHeads(null)}
        />
      )}
    </>
  );
}

/** A choice as short as the button has room for. */
function shortName(choice: HeadChoice, heads: number): string {
  if (choice.layer === 'all') return `${choice.head} of all heads`;
  return typeof choice.head === 'number'
    ? `layer ${choice.layer} · head ${choice.head}`
    : `layer ${choice.layer} · ${choice.head} of ${heads}`;
}
