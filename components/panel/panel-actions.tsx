'use client';

import { Check, Ellipsis } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { lazy, Suspense, use, useEffect, useState } from 'react';
import { PANEL_TITLES, type PanelName } from '@/lib/export/shown';
import type { Part } from '@/lib/export/tables';
import type { ExportFormat, Outcome } from '../export/export-panel';
import { useApp, usePage } from '../page-context';
import { InStationContext } from '../station/in-station';
import { useFullElement } from './full-element';
import { loadFullScreen } from './load-full-screen';
import styles from './panel.module.css';

const loadExport = () => import('../export/export-panel');
const ByHand = lazy(async () => ({ default: (await import('../export/by-hand')).ByHand }));

/** How long the word that something was copied or saved stays. */
const NOTE_MS = 2500;

interface PanelActionsProps {
  panel: PanelName;
  /** What of a map is shown: all of it, or as a table the row at the cursor. */
  part?: Part;
}

/** A panel's way out of the page: its numbers to the clipboard, its picture to a file, the panel to the whole screen. */
export function PanelActions({ panel, part = 'all' }: PanelActionsProps) {
  const { store } = usePage();
  const empty = useApp((state) => state.trace === null);
  const full = useApp((state) => state.fullPanel === panel);
  // Inside the landmark, where a reader who listens finds it.
  const container = useFullElement() ?? document.querySelector('main');
  const inside = use(InStationContext);
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  useEffect(() => {
    if (!outcome?.done) return;
    const timer = setTimeout(() => setOutcome(null), NOTE_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const take = async (format: ExportFormat) => {
    const { exportPanel } = await loadExport();
    setOutcome(await exportPanel(store.getState(), panel, format, part));
  };
  const item = (format: ExportFormat, text: string) => (
    <DropdownMenu.Item className={styles.item} disabled={empty} onSelect={() => void take(format)}>
      {text}
    </DropdownMenu.Item>
  );
  // The panel behind the station has them.
  if (inside) return null;
  const title = PANEL_TITLES[panel];
  return (
    <span className={styles.actions}>
      <DropdownMenu.Root
        modal={false}
        onOpenChange={(open) => {
          // A click must find both at hand: a browser lets go of it soon.
          if (open) void Promise.all([loadExport(), loadFullScreen()]);
        }}
      >
        <DropdownMenu.Trigger
          className={styles.button}
          aria-label={`Actions: ${title}`}
          title="Copy, save, full screen"
          data-panel-actions={panel}
        >
          {outcome?.done ? (
            <Check size={15} aria-hidden="true" />
          ) : (
            <Ellipsis size={15} aria-hidden="true" />
          )}
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal container={container}>
          <DropdownMenu.Content
            className={styles.menu}
            align="end"
            sideOffset={4}
            collisionPadding={8}
            aria-label={`Actions: ${title}`}
          >
            {item('csv', 'Copy as CSV')}
            {item('json', 'Copy as JSON')}
            <DropdownMenu.Separator className={styles.separator} />
            {item('png', 'Save as PNG')}
            {item('svg', 'Save as SVG')}
            <DropdownMenu.Separator className={styles.separator} />
            <DropdownMenu.Item
              className={styles.item}
              onSelect={() => store.getState().openFull(full ? null : panel)}
            >
              {full ? 'Leave full screen' : 'Full screen'}
              <span className={styles.key}>{full ? 'Esc' : ''}</span>
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <span role="status" className={outcome?.done ? styles.note : 'visually-hidden'}>
        {outcome?.done ? outcome.sentence : ''}
      </span>
      {outcome && !outcome.done && (
        <Suspense>
          <ByHand outcome={outcome} onClose={() => setOutcome(null)} />
        </Suspense>
      )}
    </span>
  );
}
