'use client';

import { Embed } from '@/components/embed/embed';
import { createClient } from '../create-client';

/** Hands the engine's client to the page for frames. */
export function EmbedPage() {
  return <Embed createClient={createClient} />;
}
