import type { LoadRequest } from '@/lib/engine/types';
import { DEFAULT_MODEL, isModelId } from '@/lib/model/catalog';

/** What the page's address asks for, and a sentence for each value that cannot be used. */
export interface Address {
  request: LoadRequest;
  notices: string[];
}

/** Reads `backend` and `model` from a query string; a bad value is named and the default is used. */
export function readAddress(search: string): Address {
  const parameters = new URLSearchParams(search);
  const notices: string[] = [];
  const backend = parameters.get('backend');
  const model = parameters.get('model');
  const request: LoadRequest = { model: DEFAULT_MODEL, backend: 'auto' };
  if (backend === 'wasm' || backend === 'webgpu' || backend === 'auto') request.backend = backend;
  else if (backend !== null) {
    notices.push(
      `The address asks for backend “${shown(backend)}”; it can be webgpu or wasm. The best available one is used.`,
    );
  }
  if (model !== null && isModelId(model)) request.model = model;
  else if (model !== null) {
    notices.push(
      `The address asks for model “${shown(model)}”, which is no model id. ${DEFAULT_MODEL} is used.`,
    );
  }
  return { request, notices };
}

function shown(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}
