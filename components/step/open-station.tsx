'use client';

import type { RefObject } from 'react';
import { latePart, useLate } from '../late/late';
import { useApp } from '../page-context';

const stationDialog = latePart(
  async () => (await import('../station/station-dialog')).StationDialog,
);

/** The station that is open, over the band of the step; near the top of the page where that is not there. */
export function OpenStation({ band }: { band: RefObject<HTMLElement | null> }) {
  const station = useApp((state) => state.station);
  const StationDialog = useLate(stationDialog, station !== null);
  return station && StationDialog ? <StationDialog station={station} band={band} /> : null;
}
