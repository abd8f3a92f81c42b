import { type AnyObject, SlipwayError } from '@slipway/api';
import {
  type FunctionTable,
  type GoValue,
  goFunction,
  helmFunctions,
  parseTemplates,
  parseYaml,
} from '@slipway/render';
import { goValue, noChance } from '../package/template-values.ts';
import type { Technology } from '../technology.ts';
import type { ObjectPatch, Upstream, UpstreamProbe, UpstreamSettings } from '../upstream/upstream.ts';
import type { Granted, Wish } from '../upstream/wish.ts';
import type { TechnologyData, TemplateName } from './technology-file.ts';

/** A technology of the catalogue's kind: what its templates come to is asked for with each plan's settings. */
export function technologyOfData(data: TechnologyData): Technology {
  const { id, title, capabilities, guidance, provides, requires, parameters, upstream } = data;
  return {
    id,
    title,
    capabilities,
    guidance,
    provides,
    requires,
    parameters,
    rules: [],
    upstream: upstreamOf(data, upstream),
  };
}

function upstreamOf(data: TechnologyData, { templates, ...rest }: TechnologyData['upstream']): Upstream {
  const wishes = (settings: UpstreamSettings) => wishesOf(data, settings);
  const has = (name: TemplateName) => templates[name] !== undefined;
  const granted = (settings: UpstreamSettings, given: Granted): Granted => ({
    // What nobody granted is there as nothing, so that a template can ask for it.
    ...Object.fromEntries(wishes(settings).map(({ name }) => [name, undefined])),
    ...given,
  });
  return {
    ...rest,
    ...(has('wishes') ? { wishes } : {}),
    ...(has('values')
      ? { values: (settings, given) => mapOf(data, 'values', settings, granted(settings, given)) }
      : {}),
    ...(has('patches')
      ? {
          patches: (settings, given) =>
            listOf<ObjectPatch>(data, 'patches', settings, granted(settings, given)),
        }
      : {}),
    ...(has('objects')
      ? {
          objects: (settings, given) =>
            documentsOf(data, 'objects', settings, granted(settings, given)) as AnyObject[],
        }
      : {}),
    ...(has('probes') ? { probes: settings => listOf<UpstreamProbe>(data, 'probes', settings, {}) } : {}),
  };
}

const CONTRACTS: Wish['contract'][] = ['route', 'certificate', 'sign-in', 'secret', 'metrics', 'dashboard'];

function wishesOf(data: TechnologyData, settings: UpstreamSettings): Wish[] {
  const found = listOf<Wish>(data, 'wishes', settings, {});
  const wrong = found.find(each => !CONTRACTS.includes(each?.contract) || typeof each.name !== 'string');
  if (wrong === undefined) return found;
  throw new SlipwayError(
    'TechnologyInvalid',
    `technology ${data.id}: wishes: ${JSON.stringify(wrong)}: a name and one of ${CONTRACTS.join(', ')} are expected`,
  );
}

function documentsOf(
  { id, version, upstream }: TechnologyData,
  name: TemplateName,
  settings: UpstreamSettings,
  granted: Granted,
): unknown[] {
  const text = upstream.templates[name] ?? '';
  const file = `technology ${id} ${version}: ${name}`;
  const { url, isGranted, ...plain } = settings;
  const functions: FunctionTable = {
    ...helmFunctions(noChance(`technology ${id}`)),
    url: goFunction({ in: ['string'], out: 'string' }, (host: string) => url(host)),
    granted: goFunction({ in: ['string'], out: 'bool' }, (contract: string) =>
      isGranted(contract as Wish['contract']),
    ),
  };
  const set = parseTemplates([{ name: file, text }], { functions, missingKey: 'error' });
  const written = set.execute(file, goValue({ ...plain, granted: nulls(granted) }) as GoValue);
  return parseYaml(written, file).map(({ value }) => value);
}

function nulls(granted: Granted): Record<string, unknown> {
  return Object.fromEntries(Object.entries(granted).map(([name, facts]) => [name, facts ?? null]));
}

function listOf<T>(
  data: TechnologyData,
  name: TemplateName,
  settings: UpstreamSettings,
  granted: Granted,
): T[] {
  const [value = [], ...more] = documentsOf(data, name, settings, granted);
  if (Array.isArray(value) && more.length === 0) return value as T[];
  throw new SlipwayError('TechnologyInvalid', `technology ${data.id}: ${name}: one list is expected`);
}

function mapOf(
  data: TechnologyData,
  name: TemplateName,
  settings: UpstreamSettings,
  granted: Granted,
): Record<string, unknown> {
  const [value = {}, ...more] = documentsOf(data, name, settings, granted);
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && more.length === 0)
    return value as Record<string, unknown>;
  throw new SlipwayError('TechnologyInvalid', `technology ${data.id}: ${name}: one map is expected`);
}
