import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestedPath } from '../../../scripts/lib/locate.mjs';
import { PortTakenError, serveFolder } from '../../../scripts/lib/static-server.mjs';

let folder = '';
let root = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'static-server-'));
  root = join(folder, 'site');
  await mkdir(join(root, '_next', 'static'), { recursive: true });
  await mkdir(join(root, 'compare'));
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'site-too.txt'), 'secret');
  await writeFile(join(root, 'index.html'), '<title>home</title><script>let a = 1;</script>');
  await writeFile(join(root, 'compare', 'index.html'), '<title>compare</title>');
  await writeFile(join(root, 'lab.html'), '<title>lab</title>');
  await writeFile(join(root, 'embed.html'), '<title>embed</title>');
  await writeFile(join(root, 'compare', 'embed.html'), '<title>not that</title>');
  await writeFile(join(root, '404.html'), '<head><title>not here</title>');
  await writeFile(join(root, 'graph.onnx'), Buffer.from([1, 2, 3]));
  await writeFile(join(root, 'weights.bin'), Buffer.alloc(5000));
  await writeFile(join(root, 'engine.wasm'), Buffer.from([0, 97, 115, 109]));
  await writeFile(join(root, 'glue.mjs'), 'export {};');
  await writeFile(join(root, 'text.txt'), 'word '.repeat(1000));
  await writeFile(join(root, '_next', 'static', 'chunk.js'), '1;');
});

afterAll(() => rm(folder, { recursive: true }));

type Reply = { status: number; headers: Record<string, unknown>; body: Buffer };

/** Asks for exactly this path: `fetch` would tidy dot segments away. */
function ask(port: number, path: string, headers = {}, method = 'GET'): Promise<Reply> {
  return new Promise((done, fail) => {
    request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const { statusCode = 0, headers } = response;
        done({ status: statusCode, headers, body: Buffer.concat(parts) });
      });
    })
      .on('error', fail)
      .end();
  });
}

async function serving<T>(
  options: Partial<Parameters<typeof serveFolder>[0]>,
  work: (port: number) => Promise<T>,
) {
  const server = await serveFolder({ root, ...options });
  try {
    return await work(server.port);
  } finally {
    await server.close();
  }
}

describe('serveFolder', () => {
  test.each([
    ['/', 'text/html; charset=utf-8'],
    ['/engine.wasm', 'application/wasm'],
    ['/glue.mjs', 'text/javascript; charset=utf-8'],
    ['/weights.bin', 'application/octet-stream'],
    ['/graph.onnx', 'application/octet-stream'],
  ])('%s is %s and never sniffed', async (path, type) => {
    const { status, headers } = await serving({}, (port) => ask(port, path));
    expect(status).toBe(200);
    expect(headers['content-type']).toBe(type);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/compare/../../secret.txt',
    '/..%5csecret.txt',
    '/../site-too.txt',
    '/%00',
    '/%zz',
    '//../secret.txt',
  ])('%s leads nowhere', async (path) => {
    const { status, body } = await serving({}, (port) => ask(port, path));
    expect(status).toBe(404);
    expect(body.toString()).not.toContain('secret');
  });

  test('a folder is its index page, with a slash at the end', async () => {
    await serving({}, async (port) => {
      const bare = await ask(port, '/compare?model=a');
      expect(bare.status).toBe(308);
      expect(bare.headers.location).toBe('/compare/?model=a');
      expect((await ask(port, '/compare/?model=a')).body.toString()).toContain('compare');
    });
  });

  test('a page needs no ending, and no slash at its end', async () => {
    await serving({ base: '/x' }, async (port) => {
      expect((await ask(port, '/x/lab')).body.toString()).toContain('lab');
      expect((await ask(port, '/x/lab/?model=a')).headers.location).toBe('/x/lab?model=a');
    });
  });

  test('a doubled slash cannot redirect to another host', async () => {
    const { headers } = await serving({}, (port) => ask(port, '//compare'));
    expect(headers.location).toBe('/compare/');
  });

  test('an unknown address gets the 404 page, which finds its files from anywhere', async () => {
    const { status, body } = await serving({ base: '/x' }, (port) => ask(port, '/x/no/thing'));
    expect(status).toBe(404);
    expect(body.toString()).toContain('<base href="/x/"><title>not here');
  });

  test('isolation and policy come with every answer, unless plain', async () => {
    const names = ['cross-origin-opener-policy', 'content-security-policy'];
    for (const path of ['/', '/glue.mjs', '/nothing']) {
      const safe = await serving({}, (port) => ask(port, path));
      const plain = await serving({ plain: true }, (port) => ask(port, path));
      for (const name of names) {
        expect(safe.headers).toHaveProperty(name);
        expect(plain.headers).not.toHaveProperty(name);
      }
    }
  });

  test('only the inline scripts of the page itself are allowed', async () => {
    await serving({}, async (port) => {
      const home = await ask(port, '/');
      expect(home.headers['content-security-policy']).toContain(
        "script-src 'self' 'wasm-unsafe-eval' 'sha256-",
      );
      const compare = await ask(port, '/compare/');
      expect(compare.headers['content-security-policy']).not.toContain('sha256');
    });
  });

  test('only the page that is made for it may stand in a frame', async () => {
    await serving({ base: '/x' }, async (port) => {
      const ancestors = async (path: string) => {
        const { headers } = await ask(port, path);
        const policy = String(headers['content-security-policy']);
        return [
          policy.match(/frame-ancestors ([^;]*)/)?.[1],
          headers['cross-origin-resource-policy'],
        ];
      };
      expect(await ancestors('/x/embed')).toEqual(['*', 'cross-origin']);
      expect(await ancestors('/x/embed.html?hide=prompt')).toEqual(['*', 'cross-origin']);
      for (const path of ['/x/', '/x/lab', '/x/compare/embed', '/x/glue.mjs', '/x/embed/no'])
        expect(await ancestors(path), path).toEqual(["'none'", 'same-origin']);
    });
  });

  test('hashed files are kept for ever, others are asked for again and answered with 304', async () => {
    await serving({}, async (port) => {
      const chunk = await ask(port, '/_next/static/chunk.js');
      expect(chunk.headers['cache-control']).toContain('immutable');
      const home = await ask(port, '/');
      expect(home.headers['cache-control']).toBe('no-cache');
      const again = await ask(port, '/', { 'if-none-match': home.headers.etag });
      expect(again.status).toBe(304);
      expect(again.body).toHaveLength(0);
    });
  });

  test('text is packed where the reader can unpack it; weights never are', async () => {
    await serving({}, async (port) => {
      const accepts = { 'accept-encoding': 'gzip' };
      const text = await ask(port, '/text.txt', accepts);
      expect(text.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(text.body).toString()).toBe('word '.repeat(1000));
      const weights = await ask(port, '/weights.bin', accepts);
      expect(weights.headers).not.toHaveProperty('content-encoding');
      expect(weights.headers['content-length']).toBe('5000');
    });
  });

  test('HEAD has the headers and no body; other methods are refused', async () => {
    await serving({}, async (port) => {
      const head = await ask(port, '/weights.bin', {}, 'HEAD');
      expect(head.headers['content-length']).toBe('5000');
      expect(head.body).toHaveLength(0);
      expect((await ask(port, '/', {}, 'POST')).status).toBe(405);
    });
  });

  test('under a sub-path, nothing outside of it answers', async () => {
    await serving({ base: '/x' }, async (port) => {
      expect((await ask(port, '/x/')).status).toBe(200);
      expect((await ask(port, '/x')).headers.location).toBe('/x/');
      expect((await ask(port, '/')).headers.location).toBe('/x/');
      expect((await ask(port, '/x/_next/static/chunk.js')).headers['cache-control']).toContain(
        'immutable',
      );
      for (const path of ['/glue.mjs', '/xy/', '/x/../glue.mjs']) {
        expect((await ask(port, path)).status, path).toBe(404);
      }
    });
  });

  test('a taken port is named, with another one to try', async () => {
    await serving({}, async (port) => {
      const second = serveFolder({ root, port });
      await expect(second).rejects.toThrow(PortTakenError);
      await expect(second).rejects.toThrow(`Port ${port} is taken`);
    });
  });
});

describe('requestedPath', () => {
  test('drops the query and decodes', () => {
    expect(requestedPath('/a%20b?x=/../y', '')).toBe('/a b');
  });
});
