'use client';

import { Maximize2 } from 'lucide-react';
import { use } from 'react';
import { keyText } from '@/lib/commands/keys';
import type { Station } from '@/lib/store/station-slice';
import { useApp, usePage } from '../page-context';
import { InStationContext } from '../station/in-station';
import styles from './flow.module.css';

interface StationTitleProps {
  station: Exclude<Station, 'cache'>;
  className?: string;
  children: string;
}

/** A station's title. With a run on the screen it is a button that opens the station. */
export function StationTitle({ station, className, children }: StationTitleProps) {
  const { store, commands } = usePage();
  const command = commands[`station-${station}`];
  const enabled = useApp((state) => command.enabled(state));
  const open = useApp((state) => state.station === station);
  const inside = use(InStationContext);
  if (inside) return null;
  if (!enabled) return <h2 className={className}>{children}</h2>;
  return (
    <h2 className={className}>
      <button
        type="button"
        className={styles.title}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-keyshortcuts={command.key ?? undefined}
        title={`${command.label(store.getState())} (${keyText(command.key ?? '')})`}
        onClick={command.run}
      >
        {children}
        <Maximize2 size={12} aria-hidden="true" />
      </button>
    </h2>
  );
}
