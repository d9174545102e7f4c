import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs a command in the repository with its output shown, and waits for it.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} env added to the environment
 * @returns {Promise<void>}
 * @throws when the command cannot start or ends with anything but 0
 */
export function run(command, args, env = {}) {
  // On Windows npm and npx are scripts, which only a shell can start.
  const shell = process.platform === 'win32';
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      shell,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', fail);
    child.once('close', (code, signal) => {
      if (code === 0) done();
      else fail(new Error(`"${[command, ...args].join(' ')}" ended with ${signal ?? code}.`));
    });
  });
}

/** Stops with one clear line when this Node is too old to go on. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 9)) {
    console.error(`Blockscope needs Node 20.9 or newer; this is ${process.versions.node}.`);
    process.exit(2);
  }
}
