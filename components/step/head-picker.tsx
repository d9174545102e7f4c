'use client';

import { ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useRef } from 'react';
import type { MapName } from '@/lib/store/selection-slice';
import { choiceName, type HeadChoice } from '@/lib/trace/heads';
import { useApp } from '../page-context';
import { HeadsSheet } from './heads-sheet';
import styles from './step.module.css';
import { useWide } from './use-wide';

/** Names the head that a map shows, and opens all heads to choose from beside the map. */
export function HeadPicker({ map }: { map: MapName }) {
  const choice = useApp((state) => state[map]);
  const trace = useApp((state) => state.trace);
  const open = useApp((state) => state.headsOpen === map);
  const openHeads = useApp((state) => state.openHeads);
  const full = useApp((state) => state.fullPanel === map);
  const wide = useWide() && !full;
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
    <Popover.Root open={open} onOpenChange={(next) => openHeads(next ? map : null)}>
      {wide && <Popover.Anchor virtualRef={panel} />}
      <Popover.Trigger
        ref={button}
        className={styles.pick}
        aria-label={`Heads of ${map} attention: ${choiceName(choice, layers, dims.heads)}`}
        title={map === 'global' ? 'Choose a head (H)' : 'Choose a head'}
      >
        {shortName(choice, dims.heads)}
        <ChevronDown size={14} aria-hidden="true" />
      </Popover.Trigger>
      {open && <HeadsSheet map={map} trace={trace} layers={layers} beside={wide} />}
    </Popover.Root>
  );
}

/** A choice as short as the button has room for. */
function shortName(choice: HeadChoice, heads: number): string {
  if (choice.layer === 'all') return `${choice.head} of all heads`;
  return typeof choice.head === 'number'
    ? `layer ${choice.layer} · head ${choice.head}`
    : `layer ${choice.layer} · ${choice.head} of ${heads}`;
}
