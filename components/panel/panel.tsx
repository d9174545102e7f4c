'use client';

import { lazy, type ReactNode, Suspense, use } from 'react';
import type { PanelName } from '@/lib/export/shown';
import { useApp } from '../page-context';
import { InStationContext } from '../station/in-station';
import { loadFullScreen } from './load-full-screen';

const FullScreen = lazy(async () => ({ default: (await loadFullScreen()).FullScreen }));

interface PanelProps {
  name: PanelName;
  /** The name of the region. */
  label: string;
  className?: string;
  children: ReactNode;
}

/** A panel in its place on the page or, on request, filling the screen; it is the same panel and keeps its state. */
export function Panel({ name, label, className, children }: PanelProps) {
  // An open station shows some panels a second time, large already.
  const inside = use(InStationContext);
  const full = useApp((state) => state.fullPanel === name) && !inside;
  const section = (
    <section
      className={className}
      aria-label={label}
      data-panel={name}
      data-full={full ? name : undefined}
    >
      {children}
    </section>
  );
  if (!full) return section;
  return (
    <>
      {/* Keeps the place on the page. */}
      <div className={className} />
      <Suspense>
        <FullScreen name={name} label={label}>
          {section}
        </FullScreen>
      </Suspense>
    </>
  );
}
