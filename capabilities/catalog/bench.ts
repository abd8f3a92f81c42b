// The catalog with ten thousand entities: what a browser waits for, and reads by name: `npm run bench -- catalog`.
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type Load, load } from '../../bench/load.ts';
import { ask } from '../../bench/loop.ts';
import type { Series } from '../../bench/statistics.ts';
import { wrk } from '../../bench/wrk.ts';
import { noBrowser, startBrowser } from '../../test/browser.ts';
import { onPath } from '../../test/on-path.ts';
import { eventually, type Platform, startPlatform } from '../../test/platform-process.ts';
import { signIn } from '../../test/portal-sign-in.ts';
import { ENTITIES, fillCatalog } from './bench-entities.ts';

const MANY = 10_000;
const ROUNDS = 3;
const SECONDS = 4;
const CONNECTIONS = 32;
const VIEW = { name: 'goal', value: 200 };
const BLOCK = { name: 'goal', value: 20 };
/** Backstage's entities by name at 32 connections, on a machine of this size; here it is TLS through the gateway. */
const BACKSTAGE = { perSecond: 3775, p99: 22 };
const BY_NAME = '/api/catalog/entities/by-name/component/default/component-77';

export async function benchCatalog(): Promise<Series[]> {
  const file = join(tmpdir(), `slipway-bench-catalog-${process.pid}`);
  const probe = new URL('../../bench/loop-probe.ts', import.meta.url).href;
  const env = { NODE_OPTIONS: `--import ${probe}`, SLIPWAY_BENCH_LOOP: file };
  const platform = await startPlatform({ env });
  try {
    await fill(platform);
    return [...(await reads(platform)), ...(await views(platform)), ...(await blocks(platform, file))];
  } finally {
    await platform.stop();
    await rm(file, { force: true });
  }
}

async function fill(platform: Platform): Promise<void> {
  await fillCatalog(platform, MANY);
  // Each has its owner once its relations are written.
  await eventually('all relations', 120_000, async () => {
    const { items } = JSON.parse(await platform.kubectl(['get', '--raw', ENTITIES]));
    const related = items.filter((item: { status?: object }) => item.status).length;
    return related >= MANY ? related : undefined;
  });
}

async function reads(platform: Platform): Promise<Series[]> {
  const { token } = await platform.json<{ token: string }>(['token', 'create']);
  const { host, hostname, port } = new URL(platform.report.portal);
  const headers = { authorization: `Bearer ${token}` };
  const target = {
    port: Number(port),
    host: hostname,
    ca: await readFile(platform.report.ca, 'utf8'),
    headers,
  };
  const loads: Load[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const url = `https://127.0.0.1:${port}${BY_NAME}`;
    const options = { connections: CONNECTIONS, seconds: SECONDS, host, headers };
    const once = () =>
      onPath('wrk')
        ? wrk(url, options)
        : load(target, { connections: CONNECTIONS, ms: SECONDS * 1000 }, () => ({
            method: 'GET',
            path: BY_NAME,
          }));
    loads.push(await once());
  }
  const name = `entity by name, ${CONNECTIONS} connections`;
  const against = (value: number) => ({ name: 'Backstage', value });
  return [
    { name, unit: '/s', values: loads.map(each => each.perSecond), against: against(BACKSTAGE.perSecond) },
    {
      name: `${name}, p99`,
      unit: 'ms',
      values: loads.map(each => each.p99),
      against: against(BACKSTAGE.p99),
    },
  ];
}

/** From the press of a key or button until what it leads to is drawn, in a browser that has been there before. */
async function views(platform: Platform): Promise<Series[]> {
  if (noBrowser) return [];
  const browser = await startBrowser();
  const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  await signIn(page, platform);
  const values: Record<string, number[]> = { list: [], filter: [], search: [], 'entity page': [] };
  const take = (name: string, ms: number, round: number) => {
    // The first round fills the browser's cache.
    if (round > 0) values[name]?.push(ms);
  };
  for (let round = 0; round <= ROUNDS; round++) {
    await page.goto(platform.report.portal);
    await page.getByRole('link', { name: 'Catalog' }).waitFor();
    take('list', await timed(page, { act: 'Catalog', shows: 'api-0' }), round);
    take('filter', await timed(page, { kind: 'component', shows: 'component-0' }), round);
    take(
      'search',
      await timed(page, { text: `component-43${round}1`, shows: `component-43${round}1` }),
      round,
    );
    take('entity page', await timed(page, { act: `component-43${round}1`, shows: 'lifecycle' }), round);
  }
  await browser.close();
  return Object.entries(values).map(([name, ms]) => ({
    name: `${name} of ${MANY} entities, in the browser`,
    unit: 'ms',
    values: ms,
    against: VIEW,
  }));
}

interface Step {
  /** A link to press, */
  act?: string;
  /** a kind to choose, */
  kind?: string;
  /** or a text to look for. */
  text?: string;
  /** Text of a link or a term that stands there in the end, and did not before. */
  shows: string;
}

/** Milliseconds by the browser's own clock. */
function timed(page: Page, step: Step): Promise<number> {
  return page.evaluate(async ({ act, kind, text, shows }) => {
    const links = () => [...document.querySelectorAll<HTMLElement>('a, dt')];
    const find = (label: string) => links().find(each => each.textContent === label);
    const set = (field: HTMLInputElement | HTMLSelectElement | null, value: string, event: string) => {
      if (!field) return;
      // React listens to what the element's own setter does.
      const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value');
      own?.set?.call(field, value);
      field.dispatchEvent(new Event(event, { bubbles: true }));
    };
    // What one chooses from has to be there before one chooses.
    const choices = () => document.querySelector('search select')?.textContent ?? '';
    while (kind && !choices().toLowerCase().includes(kind)) await new Promise(requestAnimationFrame);
    const began = performance.now();
    if (act) find(act)?.click();
    if (kind) set(document.querySelector('search select'), kind, 'change');
    if (text) set(document.querySelector('search input'), text, 'input');
    const gone = kind === undefined ? undefined : 'api-0';
    while (!find(shows) || (gone && find(gone))) {
      if (performance.now() - began > 10_000) throw new Error(`${shows} never came`);
      await new Promise(requestAnimationFrame);
    }
    await new Promise(requestAnimationFrame);
    return performance.now() - began;
  }, step);
}

/** The longest that the platform's main thread computes without a turn for others, while the catalog is asked. */
async function blocks(platform: Platform, file: string): Promise<Series[]> {
  const { token } = await platform.json<{ token: string }>(['token', 'create']);
  const query = 'limit=100&orderField=metadata.name,asc';
  const paths = {
    'a page, filtered': `entities/by-query?${query}&filter=kind=component,spec.type=service`,
    'a page, searched': `entities/by-query?${query}&fullTextFilterTerm=77&fullTextFilterFields=metadata.name`,
    facets: 'entity-facets?facet=kind&facet=relations.ownedBy&facet=metadata.tags',
    'all of them': 'entities',
  };
  const series: Series[] = [];
  for (const [name, path] of Object.entries(paths)) {
    const values: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await ask(platform, file);
      const url = `${platform.report.portal}/api/catalog/${path}`;
      const { status } = await platform.fetch(url, { authorization: `Bearer ${token}` });
      if (status !== 200) throw new Error(`${path}: ${status}`);
      values.push((await ask(platform, file)).busiest);
    }
    series.push({ name: `main thread computes at once: ${name}`, unit: 'ms', values, against: BLOCK });
  }
  return series;
}
