import { makeRamp, type Theme } from '@/lib/draw/theme';

const inks: [string, string] = ['#000000', '#ffffff'];

/** The page's light colours, all different, so that a test can tell what was painted. */
export const THEME: Theme = {
  paper: '#fbfaf7',
  panel: '#ffffff',
  ink: '#1a1c20',
  mute: '#5f626a',
  line: '#e5e2da',
  global: '#2152c4',
  globalPale: '#e8eefb',
  local: '#b04f08',
  localPale: '#fcead8',
  now: '#a3127e',
  flat: '#6b6e76',
  hatchGround: '#f0ede5',
  hatchLine: '#d0cbbd',
  promptPale: '#f0eee7',
  globalRamp: makeRamp(['#eef3fd', '#7297e6', '#173f9f'], inks),
  localRamp: makeRamp(['#fdf2e5', '#ea9a4e', '#964204'], inks),
  flatRamp: makeRamp(['#f1efe9', '#6b6e76', '#1a1c20'], inks),
  sans: 'sans-serif',
  mono: 'monospace',
  type: 12,
};

/** The page's dark colours. */
export const DARK: Theme = {
  paper: '#131519',
  panel: '#1a1d22',
  ink: '#eceae4',
  mute: '#a4a7af',
  line: '#2c3037',
  global: '#8fb1ff',
  globalPale: '#1c2740',
  local: '#ffa65c',
  localPale: '#3a2816',
  now: '#ff85d3',
  flat: '#a4a7af',
  hatchGround: '#1f2227',
  hatchLine: '#3f444d',
  promptPale: '#24272d',
  globalRamp: makeRamp(['#1b2439', '#3c63c0', '#b5ccff'], inks),
  localRamp: makeRamp(['#2a2017', '#ad611c', '#ffd3a6'], inks),
  flatRamp: makeRamp(['#23272d', '#a4a7af', '#eceae4'], inks),
  sans: 'sans-serif',
  mono: 'monospace',
  type: 12,
};
