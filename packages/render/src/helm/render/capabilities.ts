import { goFunction } from '../../go-template/function.ts';
import {
  type CollectionType,
  GoStruct,
  type GoValue,
  type StructType,
  withType,
} from '../../go-template/value.ts';
import { ChartError } from '../chart-error.ts';
import type { CapabilityOptions } from '../render-options.ts';
import { DEFAULT_API_VERSIONS } from './api-versions.ts';
import { DEFAULT_KUBE_VERSION, type KubeVersion, parseKubeVersion } from './kube-version.ts';

/** `.Capabilities.HelmVersion`: charts compare it, so it is that of the Helm whose rules these are. */
const HELM_VERSION = { Version: 'v4.2.4', GoVersion: 'go1.26.8', KubeClientVersion: 'v1.36' };

const stringOut = { in: [], out: 'string' } as const;

const KUBE_VERSION: StructType = {
  name: 'common.KubeVersion',
  fields: { Version: 'string', normalizedVersion: 'string', Major: 'string', Minor: 'string' },
  pointerMethods: {
    String: receiver =>
      goFunction(stringOut, () => field(receiver, 'normalizedVersion') || field(receiver, 'Version')),
    GitVersion: receiver => goFunction(stringOut, () => field(receiver, 'Version')),
  },
};

const BUILD_INFO: StructType = {
  name: 'version.BuildInfo',
  fields: {
    Version: 'string',
    GitCommit: 'string',
    GitTreeState: 'string',
    GoVersion: 'string',
    KubeClientVersion: 'string',
  },
  json: {
    Version: 'version,omitempty',
    GitCommit: 'git_commit,omitempty',
    GitTreeState: 'git_tree_state,omitempty',
    GoVersion: 'go_version,omitempty',
    KubeClientVersion: 'kube_client_version',
  },
};

const VERSION_SET: CollectionType = {
  name: 'common.VersionSet',
  element: 'string',
  underlying: '[]string',
  methods: {
    Has: receiver =>
      goFunction({ in: ['string'], out: 'bool' }, wanted => (receiver as string[]).includes(wanted)),
  },
};

const CAPABILITIES: StructType = {
  name: 'common.Capabilities',
  fields: {
    KubeVersion: 'common.KubeVersion',
    APIVersions: 'common.VersionSet',
    HelmVersion: 'version.BuildInfo',
  },
};

function field(receiver: GoValue, name: string): string {
  const value = receiver instanceof GoStruct ? receiver.fields[name] : '';
  return typeof value === 'string' ? value : '';
}

/** What templates may ask of the cluster's abilities. */
export interface Capabilities {
  kubeVersion: KubeVersion;
  apiVersions: string[];
}

/** @throws ChartError ValuesInvalid for a version that is none */
export function capabilitiesOf(options: CapabilityOptions = {}): Capabilities {
  const given = options.apiVersions ?? [];
  const apiVersions = options.onlyApiVersions ? [...given] : [...DEFAULT_API_VERSIONS, ...given];
  return { kubeVersion: kubeVersionOf(options.kubeVersion), apiVersions };
}

function kubeVersionOf(text: string | undefined): KubeVersion {
  if (text === undefined || text === '') return DEFAULT_KUBE_VERSION;
  try {
    return parseKubeVersion(text);
  } catch (error) {
    const message = `invalid kube version '${text}': ${(error as Error).message}`;
    throw new ChartError('ValuesInvalid', 'capabilities', message);
  }
}

/** `.Capabilities` */
export function capabilitiesValue({ kubeVersion, apiVersions }: Capabilities): GoStruct {
  const { version, normalized, major, minor } = kubeVersion;
  return new GoStruct(
    CAPABILITIES,
    {
      KubeVersion: new GoStruct(KUBE_VERSION, {
        Version: version,
        normalizedVersion: normalized,
        Major: major,
        Minor: minor,
      }),
      APIVersions: withType([...apiVersions], VERSION_SET),
      HelmVersion: new GoStruct(BUILD_INFO, { GitCommit: '', GitTreeState: '', ...HELM_VERSION }),
    },
    true,
  );
}
