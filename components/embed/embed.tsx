'use client';

import { useState } from 'react';
import type { CommandId } from '@/lib/commands/commands';
import type { EngineClient } from '@/lib/engine/types';
import { leastHeight, readEmbedAddress } from '@/lib/share/embed-address';
import { InstrumentPage } from '../explore/instrument-page';
import { Instrument } from '../instrument/instrument';
import { useIdleLoading } from '../late/use-idle-loading';
import { useKeepInstrument } from '../offline/use-keep-instrument';
import { beginEmbed } from './begin-embed';
import { EmbedBar, EmptyEmbedBar } from './embed-bar';
import { OnePanel } from './one-panel';

interface EmbedProps {
  /** Makes the engine's client, once for the page. */
  createClient(): EngineClient;
}

/** What belongs to a page of one's own: a frame is there to be looked at. */
const WITHOUT: readonly CommandId[] = [
  'embed',
  'save-file',
  'open-file',
  'bookmark',
  'bookmarks',
  'present',
];

/** The page for frames of other sites: the instrument, or one panel of it, without the ways to the other pages. */
export function Embed({ createClient }: EmbedProps) {
  return (
    <Instrument
      createClient={createClient}
      begin={beginEmbed}
      without={WITHOUT}
      waiting={<EmptyEmbedBar />}
    >
      <Page />
    </Instrument>
  );
}

function Page() {
  useIdleLoading();
  useKeepInstrument();
  const [{ panel, hidden }] = useState(() =>
    readEmbedAddress(window.location.search, document.baseURI),
  );
  if (panel !== null) return <OnePanel name={panel} bar={<EmbedBar />} />;
  return <InstrumentPage bar={<EmbedBar />} hidden={hidden} leastHeight={leastHeight(hidden)} />;
}
