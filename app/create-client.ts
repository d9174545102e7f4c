import { createEngineClient } from '@/lib/engine/client';
import type { EngineClient } from '@/lib/engine/types';

/** The engine's client of a page of block models; bundles lie beside the page. */
export const createClient = (): EngineClient =>
  createEngineClient({ modelsUrl: new URL('models/', document.baseURI).href });
