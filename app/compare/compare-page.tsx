'use client';

import { Compare } from '@/components/compare/compare';
import { createAnyClient } from '@/lib/engine/any-client';

const createClient = (modelsUrl: string) => createAnyClient({ modelsUrl });

/** Hands the engines' clients to the page. */
export function ComparePage() {
  return <Compare createClient={createClient} />;
}
