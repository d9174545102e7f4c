'use client';

import { Check, Ellipsis } from 'lucide-react';
import { lazy, Suspense, use, useState } from 'react';
import { PANEL_TITLES, type PanelName } from '@/lib/export/shown';
import type { Part } from '@/lib/export/tables';
import type { ExportFormat } from '../export/export-panel';
import { useOutcome } from '../export/use-outcome';
import { latePart, useLate } from '../late/late';
import { useMenuButton } from '../menu/use-menu-button';
import { useApp, usePage } from '../page-context';
import { InStationContext } from '../station/in-station';
import { useFullElement } from './full-element';
import { loadFullScreen } from './load-full-screen';
import styles from './panel.module.css';

const loadExport = () => import('../export/export-panel');
const panelMenu = latePart(async () => (await import('./panel-menu')).PanelMenu);
const ByHand = lazy(async () => ({ default: (await import('../export/by-hand')).ByHand }));

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
  const [open, setOpen] = useState(false);
  const { trigger, opener } = useMenuButton(open, (next) => {
    setOpen(next);
    // A click must find both at hand: a browser lets go of it soon.
    if (next) void Promise.all([loadExport(), loadFullScreen()]);
  });
  const PanelMenu = useLate(panelMenu, open);
  const [outcome, setOutcome] = useOutcome();

  const take = async (format: ExportFormat) => {
    const { exportPanel } = await loadExport();
    setOutcome(await exportPanel(store.getState(), panel, format, part));
  };
  // The panel behind the station has them.
  if (inside) return null;
  const label = `Actions: ${PANEL_TITLES[panel]}`;
  return (
    <span className={styles.actions}>
      <button
        {...trigger}
        className={styles.button}
        aria-label={label}
        title="Copy, save, full screen"
        data-panel-actions={panel}
      >
        {outcome?.done ? (
          <Check size={15} aria-hidden="true" />
        ) : (
          <Ellipsis size={15} aria-hidden="true" />
        )}
      </button>
      {PanelMenu && (
        <PanelMenu
          opener={opener}
          label={label}
          container={container}
          empty={empty}
          full={full}
          onTake={(format) => void take(format)}
          onFull={() => store.getState().openFull(full ? null : panel)}
        />
      )}
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
