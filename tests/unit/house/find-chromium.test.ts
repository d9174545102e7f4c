import { expect, test } from 'vitest';
import { ensureChromium, findChromium, type Probes } from '../../../scripts/lib/find-chromium.mjs';

/** A Linux machine with nothing on it, for the finder to ask. */
function bareMachine(has: Partial<Probes> = {}) {
  const ran: string[] = [];
  const probes: Probes = {
    env: {},
    platform: 'linux',
    isExecutable: () => false,
    inPath: () => undefined,
    downloaded: () => undefined,
    isRoot: () => false,
    run: async (command, args) => {
      ran.push([command, ...args].join(' '));
    },
    say: () => {},
    ...has,
  };
  return { probes, ran };
}

const inPath =
  (...commands: string[]) =>
  (command: string) =>
    commands.includes(command) ? `/bin/${command}` : undefined;

test('CHROMIUM_PATH comes first', () => {
  const { probes } = bareMachine({
    env: { CHROMIUM_PATH: '/opt/mine' },
    isExecutable: (path) => path === '/opt/mine',
    inPath: inPath('chromium'),
  });
  expect(findChromium(probes)).toBe('/opt/mine');
});

test('a CHROMIUM_PATH that cannot be run is an error, not a reason to look elsewhere', () => {
  const { probes } = bareMachine({
    env: { CHROMIUM_PATH: '/opt/gone' },
    inPath: inPath('chromium'),
  });
  expect(() => findChromium(probes)).toThrow('CHROMIUM_PATH is "/opt/gone"');
});

test.each(['chromium', 'google-chrome', 'microsoft-edge'])('finds %s in PATH', (command) => {
  expect(findChromium(bareMachine({ inPath: inPath(command) }).probes)).toBe(`/bin/${command}`);
});

test.each([
  ['darwin', {}, '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  [
    'win32',
    { PROGRAMFILES: 'C:\\Programs' },
    'C:\\Programs\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
  ['linux', {}, '/opt/google/chrome/chrome'],
] as const)('finds the usual place on %s', (platform, env, place) => {
  const { probes } = bareMachine({ platform, env, isExecutable: (path) => path === place });
  expect(findChromium(probes)).toBe(place);
});

test('takes a browser that playwright-core downloaded, only if it is really there', () => {
  const downloaded = () => '/cache/chrome';
  expect(findChromium(bareMachine({ downloaded }).probes)).toBeUndefined();
  const { probes } = bareMachine({ downloaded, isExecutable: (path) => path === '/cache/chrome' });
  expect(findChromium(probes)).toBe('/cache/chrome');
});

test('root installs with apt-get and then finds it', async () => {
  let installed = false;
  const { probes } = bareMachine({
    isRoot: () => true,
    inPath: (command) =>
      command === 'apt-get' || (command === 'chromium' && installed)
        ? `/bin/${command}`
        : undefined,
    run: async (_command, args) => {
      if (args.includes('install')) installed = true;
    },
  });
  expect(await ensureChromium(probes)).toBe('/bin/chromium');
});

test('someone with sudo installs without being asked for a password', async () => {
  const { probes, ran } = bareMachine({ inPath: inPath('apt-get', 'sudo') });
  await expect(ensureChromium(probes)).rejects.toThrow();
  expect(ran[0]).toBe('sudo -n true');
  expect(ran.filter((line) => line.includes('apt-get'))).toEqual([
    expect.stringMatching(/^sudo -n .*apt-get update/),
    expect.stringMatching(/^sudo -n .*apt-get install .*chromium$/),
  ]);
});

test('without root and sudo apt-get is left alone and a download is tried', async () => {
  const { probes, ran } = bareMachine({ inPath: inPath('apt-get') });
  await expect(ensureChromium(probes)).rejects.toThrow();
  expect(ran).toEqual(['npx --no-install playwright-core install chromium']);
});

test('when nothing works it fails with one sentence that says what to do', async () => {
  const failing = bareMachine({
    isRoot: () => true,
    inPath: inPath('apt-get'),
    run: async () => {
      throw new Error('no network');
    },
  });
  await expect(ensureChromium(failing.probes)).rejects.toThrow(
    /^The browser tests need Chromium, Chrome or Edge, .* CHROMIUM_PATH to its program\.$/,
  );
});
