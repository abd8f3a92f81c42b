import { GoError, goFunction } from '../../go-template/function.ts';
import { fromBytes } from '../../go-template/go-string.ts';
import {
  type CollectionType,
  type GoMap,
  type GoValue,
  goMap,
  STRINGS,
  withType,
} from '../../go-template/value.ts';
import { stringifyYaml } from '../../yaml/stringify-yaml.ts';
import type { ChartFile } from '../chart.ts';
import { globPattern } from './glob.ts';

const FILES: CollectionType = {
  name: 'engine.files',
  element: '[]uint8',
  underlying: 'map[string][]uint8',
  methods: {
    Get: files => goFunction({ in: ['string'], out: 'string' }, name => fromBytes(bytesOf(files, name))),
    GetBytes: files => goFunction({ in: ['string'], out: '[]uint8' }, name => bytesOf(files, name)),
    Glob: files => goFunction({ in: ['string'], out: 'engine.files' }, pattern => glob(files, pattern)),
    AsConfig: files => goFunction({ in: [], out: 'string' }, () => asYaml(files, fromBytes)),
    AsSecrets: files =>
      goFunction({ in: [], out: 'string' }, () =>
        asYaml(files, bytes => Buffer.from(bytes).toString('base64')),
      ),
    Lines: files => goFunction({ in: ['string'], out: '[]string' }, name => lines(files, name)),
  },
};

/** `.Files`: paths to bytes, with Helm's methods. */
export function filesValue(files: ChartFile[]): GoMap {
  const map = goMap();
  for (const { name, data } of files) map[name] = data;
  return withType(map, FILES);
}

function bytesOf(files: GoValue, name: string): Uint8Array {
  return entry(files, name) ?? new Uint8Array();
}

function entry(files: GoValue, name: string): Uint8Array | undefined {
  const data = (files as GoMap)[name];
  return data instanceof Uint8Array ? data : undefined;
}

function glob(files: GoValue, pattern: string): GoMap {
  const matches = globPattern(pattern);
  const found = Object.entries(files as GoMap).filter(([name]) => matches(name));
  return withType(goMap(Object.fromEntries(found)), FILES);
}

/** A ConfigMap's or Secret's data: files by their last name; Go leaves open which of two equal ones stays. */
function asYaml(files: GoValue, textOf: (bytes: Uint8Array) => string): string {
  const data = goMap();
  for (const [path, bytes] of Object.entries(files as GoMap))
    if (bytes instanceof Uint8Array) data[path.split('/').at(-1) ?? ''] = textOf(bytes);
  return stringifyYaml(data).replace(/\n$/, '');
}

function lines(files: GoValue, name: string): GoValue[] {
  const data = entry(files, name);
  if (!data) return withType([], STRINGS);
  if (data.length === 0) throw new GoError('runtime error: index out of range [-1]');
  return withType(fromBytes(data).replace(/\n$/, '').split('\n'), STRINGS);
}
