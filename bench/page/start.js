// The worker named in the address: an engine lives in a worker, here as in the app.
new Worker(`./${location.hash.slice(1)}.js`, { type: 'module' });
