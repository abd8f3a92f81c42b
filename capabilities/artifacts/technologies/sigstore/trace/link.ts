import type { TraceLink, TraceLinkName } from '@slipway/kinds';

type Facts = Record<string, string | undefined>;

function link(state: TraceLink['state']) {
  return (name: TraceLinkName, text: string, facts: Facts = {}): TraceLink => {
    const known = Object.entries(facts).filter((each): each is [string, string] => Boolean(each[1]));
    return { link: name, state, text, facts: Object.fromEntries(known) };
  };
}

/** The link is there and as it should be; facts without a value are left out. */
export const found = link('ok');
export const missing = link('missing');
export const bad = link('bad');
