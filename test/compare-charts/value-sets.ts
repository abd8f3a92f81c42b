import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';

/** Values and flags a chart is rendered with, by both tools. */
export interface ValueSet {
  name: string;
  /** Texts of values files. */
  files: string[];
  set: string[];
  kubeVersion?: string;
  apiVersions?: string[];
  isUpgrade: boolean;
  includeCrds: boolean;
  release: string;
  namespace: string;
}

const PLAIN: Omit<ValueSet, 'name'> = {
  files: [],
  set: [],
  isUpgrade: false,
  includeCrds: false,
  release: 'release-name',
  namespace: 'default',
};
const MOST_OWN = 4;

/** The chart's defaults; everything that can be enabled, or disabled; another release and cluster; the chart's own examples. */
export function valueSets(chart: string): ValueSet[] {
  const defaults = readDefaults(join(chart, 'values.yaml'));
  const flipped = (on: boolean) => dump(flip(defaults, on) ?? {});
  return [
    { ...PLAIN, name: 'defaults' },
    { ...PLAIN, name: 'all enabled', files: [flipped(true)], includeCrds: true },
    { ...PLAIN, name: 'all disabled', files: [flipped(false)] },
    {
      ...PLAIN,
      name: 'another release',
      set: [
        'fullnameOverride=other',
        'replicaCount=3',
        'commonLabels.team=web',
        'global.imageRegistry=registry.example.com',
      ],
      kubeVersion: '1.27.3',
      apiVersions: ['monitoring.coreos.com/v1', 'cert-manager.io/v1', 'gateway.networking.k8s.io/v1'],
      isUpgrade: true,
      release: 'shop',
      namespace: 'team-web',
    },
    ...ownSets(join(chart, 'ci')),
  ];
}

function ownSets(folder: string): ValueSet[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(name => /\.ya?ml$/.test(name))
    .sort()
    .slice(0, MOST_OWN)
    .map(name => ({ ...PLAIN, name: `ci/${name}`, files: [readFileSync(join(folder, name), 'utf8')] }));
}

function readDefaults(file: string): unknown {
  try {
    return load(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

/** Only the `enabled` and `create` of the defaults, all the same. */
function flip(value: unknown, on: boolean): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const result: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    if (typeof each === 'boolean' && /^(enabled|create)$/i.test(key)) result[key] = on;
    const inner = flip(each, on);
    if (inner) result[key] = inner;
  }
  return Object.keys(result).length > 0 ? result : undefined;
}
