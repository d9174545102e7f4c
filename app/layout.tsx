import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import './globals.css';

export const metadata: Metadata = {
  title: 'Blockscope',
  description:
    'Watch a Block Transformer write in your browser: blocks, global and local attention, and the KV cache.',
};

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#1a1d22' },
  ],
};

/** Applies a remembered theme before the first paint; the page keeps it from then on. */
const THEME_SCRIPT =
  "try{const t=localStorage.getItem('blockscope-theme');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}";

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <link rel="icon" href="icon.svg" type="image/svg+xml" />
      </head>
      <body>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant; it must run before the page is painted */}
        <script dangerouslySetInnerHTML={{ __html: THEME_SCRIPT }} />
        {children}
      </body>
    </html>
  );
}
