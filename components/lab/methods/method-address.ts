import { METHODS } from '@/lib/methods';
import { defaults, type Method, type Params, pictureDefaults } from '@/lib/methods/types';

/** What the part shows, as far as its address says. */
export interface MethodState {
  /** Id of the chosen method. */
  method: string;
  /** Positions of the picture, and how many of them are prompt. */
  length: number;
  /** Parameters of the picture and of the costs: methods are pictured small and counted at thousands of positions. */
  picture: Params;
  costs: Params;
}

export const LEAST_LENGTH = 8;
export const MOST_LENGTH = 256;
const USUAL_LENGTH = 48;
const FIRST = 'streaming-llm';

/** All that this part writes into the address. */
export const METHOD_PARAMETERS: readonly string[] = ['method', 'length', 'picture', 'costs'];

/** A method by its id. */
export function methodById(id: string): Method | undefined {
  return METHODS.find((method) => method.id === id);
}

/** The state of a method that has just been chosen. */
export function stateOf(id: string, length: number = USUAL_LENGTH): MethodState {
  const method = methodById(id);
  if (!method) throw new Error(`no method ${id}`);
  return { method: id, length, picture: pictureDefaults(method), costs: defaults(method) };
}

/** Reads the part's state from a query string; a bad value is named. */
export function readMethod(search: string): { state: MethodState; notices: string[] } {
  const parameters = new URLSearchParams(search);
  const notices: string[] = [];
  const id = parameters.get('method');
  const known = id === null ? undefined : methodById(id);
  if (id !== null && !known) {
    notices.push(
      `The address asks for method “${shown(id)}”; there is none of that name. ${methodById(FIRST)?.name} is shown.`,
    );
  }
  const method = known ?? methodById(FIRST);
  const state = stateOf(method?.id ?? FIRST);
  const length = parameters.get('length');
  if (length !== null) {
    const value = Number(length);
    if (Number.isInteger(value) && value >= LEAST_LENGTH && value <= MOST_LENGTH)
      state.length = value;
    else {
      notices.push(
        `The address asks for length “${shown(length)}”; it can be a whole number from ${LEAST_LENGTH} to ${MOST_LENGTH}. ${state.length} is used.`,
      );
    }
  }
  for (const group of ['picture', 'costs'] as const) {
    const text = parameters.get(group);
    if (text === null || text === '' || !method) continue;
    state[group] = readParams(text, method, state[group], notices);
  }
  return { state, notices };
}

/** `window:64,sinks:4`: parameters that differ from the usual ones. */
function readParams(text: string, method: Method, usual: Params, notices: string[]): Params {
  const params: Record<string, number> = { ...usual };
  for (const pair of text.split(',')) {
    const [key = '', value = ''] = pair.split(':');
    const parameter = Object.hasOwn(method.parameters, key) ? method.parameters[key] : undefined;
    const number = Number(value);
    if (!parameter) {
      notices.push(
        `The address sets “${shown(key)}” for ${method.name}, which has no parameter of that name.`,
      );
    } else if (value === '' || !(number >= parameter.min && number <= parameter.max)) {
      notices.push(
        `The address sets ${parameter.label.toLowerCase()} to “${shown(value)}”; it can be from ${parameter.min} to ${parameter.max}. ${params[key]} is used.`,
      );
    } else params[key] = number;
  }
  return params;
}

/** The query string of a state: what is usual is left out. */
export function methodSearch({ method, length, picture, costs }: MethodState): URLSearchParams {
  const usual = stateOf(method);
  const parameters = new URLSearchParams({ method });
  if (length !== usual.length) parameters.set('length', String(length));
  const pairs = (params: Params, known: Params) =>
    Object.entries(params)
      .filter(([key, value]) => known[key] !== value)
      .map(([key, value]) => `${key}:${value}`)
      .join(',');
  const changed = { picture: pairs(picture, usual.picture), costs: pairs(costs, usual.costs) };
  for (const [name, text] of Object.entries(changed)) if (text !== '') parameters.set(name, text);
  return parameters;
}

function shown(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}
