import type { Metadata } from 'next';
import { EmbedPage } from './embed-page';

export const metadata: Metadata = {
  title: 'Embed · Blockscope',
  description: 'A run of a Block Transformer, or one panel of it, for a frame on another page.',
  // What it shows is found on the page that it stands on.
  robots: { index: false },
};

export default function Page() {
  return <EmbedPage />;
}
