/**
 * `npm run build` leaves a static site in `out/`.
 *
 * `BASE_PATH=/somewhere` builds it for a sub-path; code reads the same value from
 * `process.env.NEXT_PUBLIC_BASE_PATH`, which is empty for a site at the root.
 *
 * @type {import('next').NextConfig}
 */
const config = {
  output: 'export',
  basePath: process.env.BASE_PATH ?? '',
  env: { NEXT_PUBLIC_BASE_PATH: process.env.BASE_PATH ?? '' },
  // Every route becomes a folder with an index.html, which any static host can serve.
  trailingSlash: true,
  // `npm run typecheck` checks the whole tree, tests included; the build need not do it again.
  typescript: { ignoreBuildErrors: true },
  reactStrictMode: true,
  images: { unoptimized: true },
  devIndicators: false,
};

export default config;
