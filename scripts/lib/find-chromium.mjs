import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, isAbsolute, join } from 'node:path';
import { run } from './run.mjs';

const COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'microsoft-edge-stable',
  'msedge',
];

/** Places outside PATH where installers put a Chromium. */
function usualPlaces(/** @type {Probes} */ { platform, env }) {
  if (platform === 'darwin') {
    return [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ];
  }
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA];
    return roots
      .filter((root) => root !== undefined)
      .flatMap((root) => [
        `${root}\\Google\\Chrome\\Application\\chrome.exe`,
        `${root}\\Microsoft\\Edge\\Application\\msedge.exe`,
      ]);
  }
  return ['/usr/lib/chromium/chromium', '/snap/bin/chromium', '/opt/google/chrome/chrome'];
}

/**
 * What the finder asks the machine; tests answer instead.
 *
 * @typedef {object} Probes
 * @property {Record<string, string | undefined>} env
 * @property {NodeJS.Platform} platform
 * @property {(path: string) => boolean} isExecutable
 * @property {(command: string) => string | undefined} inPath the command's full path
 * @property {() => string | undefined} downloaded where playwright-core keeps a browser of its own
 * @property {() => boolean} isRoot
 * @property {(command: string, args: string[], env?: Record<string, string>) => Promise<void>} run
 * @property {(line: string) => void} say
 */

/**
 * Finds a Chromium on this machine.
 *
 * @param {Probes} probes
 * @returns {string | undefined} its path
 * @throws when CHROMIUM_PATH is set to something that cannot be run
 */
export function findChromium(probes = machine()) {
  const named = probes.env.CHROMIUM_PATH;
  if (named) {
    if (probes.isExecutable(named)) return named;
    throw new Error(`CHROMIUM_PATH is "${named}", which is not a program that can be run.`);
  }
  for (const command of COMMANDS) {
    const path = probes.inPath(command);
    if (path) return path;
  }
  const place = usualPlaces(probes).find(probes.isExecutable);
  if (place) return place;
  const downloaded = probes.downloaded();
  return downloaded && probes.isExecutable(downloaded) ? downloaded : undefined;
}

/**
 * Finds a Chromium, or installs one: with apt where that works without asking, else by download.
 *
 * @param {Probes} probes
 * @returns {Promise<string>} its path
 * @throws with one sentence on what to do when there is none in the end
 */
export async function ensureChromium(probes = machine()) {
  const found = findChromium(probes);
  if (found) return found;

  const attempts = [installWithApt, installByDownload];
  for (const attempt of attempts) {
    try {
      await attempt(probes);
    } catch (error) {
      probes.say(error instanceof Error ? error.message : String(error));
    }
    const installed = findChromium(probes);
    if (installed) return installed;
  }
  throw new Error(
    'The browser tests need Chromium, Chrome or Edge, and none could be found or installed: install one, or set CHROMIUM_PATH to its program.',
  );
}

async function installWithApt(/** @type {Probes} */ probes) {
  if (probes.platform !== 'linux' || !probes.inPath('apt-get')) return;
  /** @type {string[]} */
  let prefix = [];
  if (!probes.isRoot()) {
    if (!probes.inPath('sudo')) return;
    try {
      await probes.run('sudo', ['-n', 'true']);
    } catch {
      return;
    }
    prefix = ['sudo', '-n'];
  }
  probes.say('No Chromium here: installing one with apt-get …');
  const apt = async (/** @type {string[]} */ ...args) => {
    const [command = '', ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', ...args];
    await probes.run(command, rest);
  };
  await apt('apt-get', 'update', '-q');
  await apt('apt-get', 'install', '-y', '-q', '--no-install-recommends', 'chromium');
}

async function installByDownload(/** @type {Probes} */ probes) {
  probes.say('Downloading a Chromium for the tests …');
  await probes.run('npx', ['--no-install', 'playwright-core', 'install', 'chromium']);
}

/** The probes of the real machine. @returns {Probes} */
export function machine() {
  const { platform, env } = process;
  const ending = platform === 'win32' ? '.exe' : '';
  return {
    env,
    platform,
    isExecutable,
    inPath: (command) =>
      (env.PATH ?? '')
        .split(delimiter)
        .filter(isAbsolute)
        .map((folder) => join(folder, command + ending))
        .find(isExecutable),
    downloaded: () => {
      try {
        return createRequire(import.meta.url)('playwright-core').chromium.executablePath();
      } catch {
        return undefined;
      }
    },
    isRoot: () => process.getuid?.() === 0,
    run,
    say: (line) => console.log(line),
  };
}

/** @type {(path: string) => boolean} */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
