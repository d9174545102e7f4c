'use client';

import { Explore } from '@/components/explore/explore';
import { createClient } from './create-client';

/** Hands the engine's client to the page. */
export function ExplorePage() {
  return <Explore createClient={createClient} />;
}
