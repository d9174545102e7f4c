import { PHASE_PRODUCTION_BUILD } from 'next/constants.js';

/**
 * The build is a static site that works at the root of a host or under any sub-path: every address in it
 * is relative to the page. So routes are flat (`/compare`, never `/learn/blocks`), and pages link to each
 * other and to `public/` with relative addresses.
 *
 * @param {string} phase
 * @returns {import('next').NextConfig}
 */
export default function config(phase) {
  return {
    output: 'export',
    assetPrefix: phase === PHASE_PRODUCTION_BUILD ? '.' : undefined,
    // `npm run typecheck` checks the whole tree, tests included; the build need not do it again.
    typescript: { ignoreBuildErrors: true },
    reactStrictMode: true,
    images: { unoptimized: true },
    devIndicators: false,
  };
}
