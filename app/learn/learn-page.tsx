'use client';

import { Learn } from '@/components/learn/learn';
import { createClient } from '../create-client';

/** Hands the engine's client to the page. */
export function LearnPage() {
  return <Learn createClient={createClient} />;
}
