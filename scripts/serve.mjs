// Serves the built app: node scripts/serve.mjs [--port N] [--host H] [--base /x] [--plain] [--root out]
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serveFolder } from './lib/static-server.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env.PORT || '3000' },
    host: { type: 'string', default: process.env.HOST },
    base: { type: 'string', default: '' },
    plain: { type: 'boolean', default: false },
    root: { type: 'string', default: fileURLToPath(new URL('../out', import.meta.url)) },
  },
});

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  fail(`"${values.port}" is not a port: give a number from 0 to 65535.`);
}
if (values.base && !/^(\/[\w.-]+)+$/.test(values.base)) {
  fail(`"${values.base}" is not a sub-path: give it as /name, without a slash at the end.`);
}
if (!existsSync(join(values.root, 'index.html'))) {
  fail(`There is no built app in ${values.root}: run "npm run build" first.`);
}

try {
  const server = await serveFolder({
    root: values.root,
    base: values.base,
    plain: values.plain,
    port,
    host: values.host || undefined,
  });
  console.log(`Blockscope is at ${server.url}  (Ctrl+C stops it)`);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => server.close().then(() => process.exit(0)));
  }
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(2);
}
