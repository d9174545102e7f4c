import type { Metadata } from 'next';
import { LearnPage } from './learn-page';

export const metadata: Metadata = {
  title: 'Learn · Blockscope',
  description:
    'How a Block Transformer works, in eleven short chapters on a real run: blocks, global and local attention, the KV cache, and what it costs.',
};

export default function Page() {
  return <LearnPage />;
}
