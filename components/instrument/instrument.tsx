'use client';

import { type ReactNode, useEffect, useState } from 'react';
import type { CommandId } from '@/lib/commands/commands';
import type { EngineClient } from '@/lib/engine/types';
import { DrawingProvider } from '../canvas/drawing-context';
import { useShortcuts } from '../explore/use-shortcuts';
import { useTheme } from '../explore/use-theme';
import { PageProvider, type PageTools, useApp } from '../page-context';
import { createTools } from './create-tools';

interface InstrumentProps {
  /** Makes the engine's client, once for the page. */
  createClient(): EngineClient;
  /** Called once with the page's tools: shows something and loads the model. `gone` is aborted when the page goes. */
  begin(tools: PageTools, gone: AbortSignal): void;
  /** Commands that the page has no place for. */
  without?: readonly CommandId[];
  /** Stands there until the tools are made; it is what comes without JavaScript, too. */
  waiting: ReactNode;
  children: ReactNode;
}

/**
 * One instrument on a page: makes its tools, binds keys and theme, and hands all of it to the panels in `children`. Explore and
 * every other page that shows live panels stand in one. `createClient`, `begin` and `without` must not change between renders.
 */
export function Instrument(props: InstrumentProps) {
  const { createClient, begin, without, waiting, children } = props;
  const [tools, setTools] = useState<PageTools | null>(null);
  useEffect(() => {
    const client = createClient();
    const made = createTools(client, without);
    setTools(made.tools);
    const gone = new AbortController();
    begin(made.tools, gone.signal);
    return () => {
      gone.abort();
      made.dispose();
      client.dispose();
    };
  }, [createClient, begin, without]);
  return tools ? (
    <DrawingProvider value={tools}>
      <PageProvider value={tools}>
        <Bound>{children}</Bound>
      </PageProvider>
    </DrawingProvider>
  ) : (
    waiting
  );
}

/** Binds keys and theme; stands inside the providers that these need. */
function Bound({ children }: { children: ReactNode }) {
  useShortcuts();
  useTheme(
    useApp((state) => state.theme),
    useApp((state) => state.setTheme),
  );
  return children;
}
