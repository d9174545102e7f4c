'use client';

import { Explore } from '@/components/explore/explore';
import { createEngineClient } from '@/lib/engine/client';

const createClient = () =>
  createEngineClient({
    modelsUrl: new URL('models/', document.baseURI).href,
  });

/** Hands the engine's client to the page. */
export function ExplorePage() {
  return <Explore createClient={createClient} />;
}
