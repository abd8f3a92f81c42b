import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from './entry.ts';
import { buildTable, fitsPath, type RequestShape } from './route-table.ts';

interface Sketch {
  hostname?: string;
  path?: Entry['path'];
  method?: string;
  headers?: string[];
  query?: string[];
  created?: string;
  name?: string;
  rule?: number;
}

function entry(sketch: Sketch): Entry {
  const tests = (names: string[] = []) =>
    names.map(name => ({ name, test: (value: string) => value === '1' }));
  return {
    hostname: sketch.hostname ?? '',
    path: sketch.path ?? { type: 'PathPrefix', value: '/' },
    ...(sketch.method ? { method: sketch.method } : {}),
    headers: tests(sketch.headers),
    query: tests(sketch.query),
    order: {
      created: sketch.created ?? '2026',
      name: sketch.name ?? 'a/a',
      rule: sketch.rule ?? 0,
      match: 0,
    },
    source: JSON.stringify(sketch),
    action: { backends: [] },
  };
}

function shape(
  host: string,
  path: string,
  extra: { method?: string; headers?: string[]; query?: string[] } = {},
): RequestShape {
  return {
    host,
    path,
    method: extra.method ?? 'GET',
    header: name => (extra.headers?.includes(name) ? '1' : undefined),
    query: new URLSearchParams((extra.query ?? []).map(name => [name, '1'])),
  };
}

const exact = (value: string): Entry['path'] => ({ type: 'Exact', value });
const prefix = (value: string): Entry['path'] => ({ type: 'PathPrefix', value });
const all = { method: 'GET', headers: ['h1', 'h2'], query: ['q1', 'q2'] };

const contests: { winner: Sketch; loser: Sketch; because: string }[] = [
  {
    winner: { hostname: 'a.b.c' },
    loser: { hostname: '*.b.c', path: exact('/x/y') },
    because: 'the host says more than the path',
  },
  { winner: { hostname: '*.b.c' }, loser: { hostname: '*.c' }, because: 'a longer wildcard' },
  { winner: { hostname: '*.c' }, loser: {}, because: 'a wildcard over any host' },
  {
    winner: { path: exact('/x/y') },
    loser: { path: prefix('/x/y'), ...all },
    because: 'an exact path over a prefix',
  },
  { winner: { path: prefix('/x') }, loser: { path: prefix('/'), ...all }, because: 'the longer prefix' },
  { winner: { method: 'GET' }, loser: { headers: ['h1', 'h2'] }, because: 'a method over headers' },
  {
    winner: { headers: ['h1', 'h2'] },
    loser: { headers: ['h1'], query: ['q1', 'q2'] },
    because: 'more headers over more parameters',
  },
  {
    winner: { query: ['q1', 'q2'] },
    loser: { query: ['q1'], created: '2020' },
    because: 'more parameters over age',
  },
  {
    winner: { created: '2020', name: 'z/z' },
    loser: { created: '2021', name: 'a/a' },
    because: 'the older route',
  },
  { winner: { name: 'a/b' }, loser: { name: 'b/a' }, because: 'then the name' },
  { winner: { rule: 0 }, loser: { rule: 1 }, because: 'then the order in the route' },
];
for (const row of contests) {
  test(`buildTable() prefers ${JSON.stringify(row.winner)}: ${row.because}`, () => {
    for (const sketches of [
      [row.winner, row.loser],
      [row.loser, row.winner],
    ]) {
      const match = buildTable(sketches.map(entry)).match(shape('a.b.c', '/x/y', all));
      assert.equal('entry' in match && match.entry.source, JSON.stringify(row.winner));
    }
  });
}

test('match() falls through to a less specific host, and names the routes that did not fit', () => {
  const table = buildTable([
    entry({ hostname: 'a.b', path: prefix('/x') }),
    entry({ hostname: '*.b', path: prefix('/y') }),
  ]);
  assert.ok('entry' in table.match(shape('a.b', '/y')));
  const missed = table.match(shape('a.b', '/z'));
  assert.equal('sources' in missed && missed.sources.length, 2);
  assert.deepEqual(table.match(shape('c', '/')), { sources: [] });
});

const paths: { match: Entry['path']; path: string; fits: boolean }[] = [
  { match: prefix('/'), path: '/any', fits: true },
  { match: prefix('/foo'), path: '/foo', fits: true },
  { match: prefix('/foo'), path: '/foo/', fits: true },
  { match: prefix('/foo/'), path: '/foo', fits: true },
  { match: prefix('/foo/'), path: '/foo/bar', fits: true },
  { match: prefix('/foo'), path: '/foobar', fits: false },
  { match: exact('/foo'), path: '/foo/', fits: false },
];
for (const row of paths) {
  test(`fitsPath() says ${row.fits} for ${row.match.type} ${row.match.value} and ${row.path}`, () => {
    assert.equal(fitsPath(row.match, row.path), row.fits);
  });
}

/** A small generator with a seed, so that a failure can be repeated (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** The specification read word by word: every entry that fits, the best of them by the listed criteria. */
function reference(entries: Entry[], request: RequestShape): Entry | undefined {
  const hostRank = (hostname: string): number => {
    if (hostname === request.host) return 1_000_000;
    if (hostname === '') return 1;
    return hostname.startsWith('*.') && request.host.endsWith(hostname.slice(1)) ? hostname.length + 1 : 0;
  };
  const fitting = entries.filter(
    each =>
      hostRank(each.hostname) > 0 &&
      (each.method === undefined || each.method === request.method) &&
      fitsPath(each.path, request.path) &&
      each.headers.every(header => request.header(header.name) === '1') &&
      each.query.every(parameter => request.query.get(parameter.name) === '1'),
  );
  const score = (each: Entry) => [
    hostRank(each.hostname),
    each.path.type === 'Exact' ? 1 : 0,
    each.path.value.length,
    each.method === undefined ? 0 : 1,
    each.headers.length,
    each.query.length,
  ];
  const better = (a: Entry, b: Entry): Entry => {
    const [left, right] = [score(a), score(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    if (at >= 0) return (left[at] ?? 0) > (right[at] ?? 0) ? a : b;
    const key = (each: Entry) => `${each.order.created} ${each.order.name} ${each.order.rule}`;
    return key(a) <= key(b) ? a : b;
  };
  return fitting.reduce<Entry | undefined>((best, each) => (best ? better(best, each) : each), undefined);
}

test('match() agrees with the specification read literally, on 3,000 random tables', () => {
  for (let seed = 1; seed <= 3000; seed++) {
    const next = generator(seed);
    const pick = <T>(values: T[]): T => values[next(values.length)] as T;
    const some = (names: string[]) => names.filter(() => next(3) === 0);
    const entries = Array.from({ length: 1 + next(8) }, (_, index) =>
      entry({
        hostname: pick(['', 'a.b.c', '*.b.c', '*.c', 'x.c']),
        path: pick([prefix('/'), prefix('/x'), prefix('/x/y'), exact('/x'), exact('/x/y'), prefix('/x/')]),
        ...(next(3) === 0 ? { method: pick(['GET', 'POST']) } : {}),
        headers: some(['h1', 'h2']),
        query: some(['q1', 'q2']),
        created: pick(['2020', '2021']),
        name: `n/${index}`,
      }),
    );
    const request = shape(pick(['a.b.c', 'x.c', 'q.x.c', 'd']), pick(['/', '/x', '/x/y', '/xy', '/x/y/z']), {
      method: pick(['GET', 'POST']),
      headers: some(['h1', 'h2']),
      query: some(['q1', 'q2']),
    });
    const match = buildTable(entries).match(request);
    const found = 'entry' in match ? match.entry.source : undefined;
    assert.equal(found, reference(entries, request)?.source, `seed ${seed}`);
  }
});
