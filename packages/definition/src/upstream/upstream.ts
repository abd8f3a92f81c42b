import type { AnyObject } from '@slipway/api';
import type { ToolLink } from './tool-link.ts';
import type { Granted, Grants, Wish } from './wish.ts';

/**
 * How a tool itself is installed on a cluster: data and pure functions. What it needs of other tools it wishes for
 * (`wish.ts`); its files are pinned, so that the same definition and lock give the same objects, byte for byte.
 */
export interface Upstream {
  /** What can be installed, newest first. A platform's lock says which one it has. */
  releases: [Release, ...Release[]];
  /** Where it lives; the plan makes it. */
  namespace: string;
  /** The least strict Pod Security level that its pods need; default `restricted`. */
  podSecurity?: PodSecurity;
  needs?: ClusterNeeds;
  /** JSON Schema of `parameters` on a cluster, secure defaults inside; absent: the technology's own. */
  parameters?: Record<string, unknown>;
  wishes?: (settings: UpstreamSettings) => Wish[];
  /** A chart's values, with what the wishes came to. */
  values?: (settings: UpstreamSettings, granted: Granted) => Record<string, unknown>;
  /** What no value of a chart says, and how plain manifests are fitted in. */
  patches?: (settings: UpstreamSettings, granted: Granted) => ObjectPatch[];
  /** Objects beside the tool's own: its configuration. */
  objects?: (settings: UpstreamSettings, granted: Granted) => AnyObject[];
  grants?: Grants;
  /** Of a delivery tool: how it keeps true what lies in the platform's repository. */
  follows?: Follows;
  /** The questions a person would ask of it, at the address a person would use. */
  probes?: (settings: UpstreamSettings) => UpstreamProbe[];
  /** Pages of its own that people open; who asks only for an API's route has none. */
  links?: (settings: UpstreamSettings) => ToolLink[];
}

export type PodSecurity = 'privileged' | 'baseline' | 'restricted';

/** One version of a tool. */
export interface Release {
  /** The tool's own version (`3.5.1`), not its chart's. */
  version: string;
  form: 'chart' | 'kustomization' | 'manifests';
  /** Its files; a chart's missing dependencies are parts of their own below `charts/`. */
  parts: [SourcePart, ...SourcePart[]];
  /** `sha256:…` over all its files (`filesDigest`): whoever brings them, other bytes are refused. */
  digest: string;
  /** Versions of Kubernetes it runs on, as a constraint (`>=1.29`). */
  kubernetes?: string;
  /** What could break for those who come from an older one; each a sentence. */
  breaking?: string[];
  /**
   * Images that its programs start by themselves and that no object of it names (`docker.io/istio/proxyv2:1.30.3`): a
   * bundle takes them along. What an argument, a variable or a ConfigMap can say is better said there, for that is pinned.
   */
  images?: string[];
}

/** Files from one place, put below `at` ('' is the top). A file's path gives that one file under its own name. */
export type SourcePart = { at: string } & (
  | { git: { repository: string; revision: string; commit: string; path: string } }
  | { chart: { repository: string; name: string; version: string } }
  | { files: Record<string, string> }
);

/** What a cluster has to have. */
export interface ClusterNeeds {
  /** Sum of what its pods request. */
  cpu?: string;
  memory?: string;
  /** It keeps something: a default StorageClass has to be there. */
  storage?: boolean;
  /** Service of type LoadBalancer. */
  loadBalancer?: boolean;
  /** Credentials of a cloud: named in what is missing. */
  cloud?: 'aws';
}

/** `spec.tls`: the platform's own authority, Let's Encrypt, another ACME server, or a certificate that is there. */
export interface TlsSettings {
  issuer: 'local' | 'letsencrypt' | 'acme' | 'files';
  acme?: { server?: string; email?: string };
  /** A Secret of `slipway-system` with `tls.crt` and `tls.key`. */
  files?: { secret: string };
}

export interface UpstreamSettings {
  /** The platform's name. */
  platform: string;
  /** The technology's parameters, defaults filled in. */
  parameters: Record<string, unknown>;
  domain: string;
  appsDomain: string;
  /** Names of the definition's environments, in order. */
  environments: string[];
  namespace: string;
  version: string;
  /** Where certificates come from (`spec.tls` of the definition). */
  tls: TlsSettings;
  /** `https://argocd.acme.example` for `argocd`, the portal's own URL for ``. */
  url(host: string): string;
  /** Whether everything but source and delivery is applied through the platform's repository. */
  gitops: boolean;
  /** Whether another chosen technology grants this. */
  isGranted(contract: Wish['contract']): boolean;
}

/** A strategic merge (`merge`), or JSON patch operations, for every object that fits. */
export interface ObjectPatch {
  target: { kind: string; name?: string; namespace?: string };
  merge?: Record<string, unknown>;
  json?: { op: 'add' | 'remove' | 'replace'; path: string; value?: unknown }[];
}

/**
 * How a delivery tool is led to a folder of the platform's repository: all of it but `nudge` is pure. It reads the
 * repository with what its wish `PLATFORM_REPOSITORY` came to.
 */
export interface Follows {
  /** Objects that make it apply everything below the folder, and put back what somebody changed; it removes nothing. */
  objects(folder: FollowedFolder, settings: UpstreamSettings, granted: Granted): AnyObject[];
  /** Annotations that, written onto one of these objects, have it look at once; `at` is now, in milliseconds. */
  nudge(at: number): Record<string, string>;
  /** The commit that one of these objects, as it is on the cluster, has applied whole; and what it says meanwhile. */
  applied(object: AnyObject): { revision?: string; message: string };
}

/** One component's folder of the platform's repository. */
export interface FollowedFolder {
  component: string;
  /** Path in the repository, without slashes at its ends. */
  path: string;
  branch: string;
}

/** Name of the wish for the platform's repository; only of a platform that is applied through it. */
export const PLATFORM_REPOSITORY = 'platform-repository';

/** A request from outside: it is answered when the status is one of these and the text is in the body. */
export interface UpstreamProbe {
  name: string;
  url: string;
  /** Default 200. */
  status?: number[];
  contains?: string;
}
