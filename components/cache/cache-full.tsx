'use client';

import type { Trace } from '@/lib/trace/trace';
import { CacheBytes } from '../station/cache-bytes';
import { CacheSlots } from '../station/cache-slots';

/** Narrower windows are no projectors. */
const PROJECTOR = 900;

/** What the cache panel shows besides its numbers while it fills the screen: rivals and slots. */
export function CacheFull({ trace, cursor }: { trace: Trace; cursor: number }) {
  return (
    <>
      <CacheBytes trace={trace} cursor={cursor} />
      <CacheSlots
        trace={trace}
        cursor={cursor}
        type={() => (window.innerWidth >= PROJECTOR ? 20 : 12)}
      />
    </>
  );
}
