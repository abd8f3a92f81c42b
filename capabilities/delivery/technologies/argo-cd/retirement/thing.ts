import { type AnyObject, apiVersionOf, type Kind } from '@slipway/api';
import type { KnownResource } from '../application/compare.ts';
import { trackedBy } from '../application/tracking.ts';

/** What a plan needs to know of one object; what an object holds besides (data of Secrets) is not kept. */
export interface Thing {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  uid: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Uids of its owners. */
  owners: string[];
  deleting: boolean;
  /** `status.phase`, where there is one. */
  phase?: string;
  /** `spec.workload`, `spec.repository`: names in the same namespace. */
  workload?: string;
  repository?: string;
  /** Uid of the object that a decision is about. */
  decides?: string;
  /** What an Application applied, and from where. */
  applied?: KnownResource[];
  source?: { repository: string; path: string };
  /** The Application that says it applied this. */
  tracked?: { namespace: string; name: string };
  /** What a TemplateRun made. */
  inventory?: { apiVersion: string; kind: string; namespace?: string; name: string }[];
  /** Container images that pods of it run. */
  images?: string[];
  /** Of the image that a Build made. */
  digest?: string;
  /** Names of a StatefulSet's claim templates. */
  claims?: string[];
}

interface Spec {
  workload?: unknown;
  repository?: unknown;
  object?: { uid?: string };
  source?: { repoURL?: string; path?: string };
  volumeClaimTemplates?: { metadata?: { name?: string } }[];
}

export function thingOf(kind: Kind, object: AnyObject): Thing {
  const { metadata } = object;
  const spec = (object.spec ?? {}) as Spec;
  const status = (object.status ?? {}) as {
    phase?: string;
    digest?: unknown;
    resources?: KnownResource[];
    inventory?: Thing['inventory'];
  };
  const tracked = trackedBy(object);
  const images = imagesIn(object.spec);
  const claims = (spec.volumeClaimTemplates ?? []).map(each => each.metadata?.name ?? '');
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    owners: (metadata.ownerReferences ?? []).map(({ uid }) => uid),
    deleting: metadata.deletionTimestamp !== undefined,
    ...(typeof status.phase === 'string' ? { phase: status.phase } : {}),
    ...(typeof spec.workload === 'string' ? { workload: spec.workload } : {}),
    ...(typeof spec.repository === 'string' ? { repository: spec.repository } : {}),
    ...(spec.object?.uid ? { decides: spec.object.uid } : {}),
    ...(kind.kind === 'Application' ? { applied: status.resources ?? [] } : {}),
    ...(kind.kind === 'Application' ? sourceOf(spec) : {}),
    ...(kind.kind === 'TemplateRun' ? { inventory: status.inventory ?? [] } : {}),
    ...(tracked ? { tracked } : {}),
    ...(kind.kind === 'Build' && typeof status.digest === 'string' ? { digest: status.digest } : {}),
    ...(images.length > 0 ? { images } : {}),
    ...(claims.length > 0 ? { claims } : {}),
  };
}

function sourceOf({ source }: Spec): Pick<Thing, 'source'> {
  // Whatever the server: one that only looks like ours keeps a folder that might have gone.
  const repository = /^https?:\/\/.*[/:]([^/]+\/[^/]+?)(?:\.git)?$/.exec(source?.repoURL ?? '')?.[1];
  return repository ? { source: { repository, path: source?.path ?? '' } } : {};
}

interface PodTemplate {
  containers?: { image?: string }[];
  initContainers?: { image?: string }[];
  template?: { spec?: PodTemplate };
  jobTemplate?: { spec?: PodTemplate };
}

/** Images of a pod, of what makes pods, and of what makes such things (CronJob). */
function imagesIn(spec: unknown): string[] {
  const { containers, initContainers, template, jobTemplate } = (spec ?? {}) as PodTemplate;
  const own = Array.isArray(containers) ? [...containers, ...(initContainers ?? [])] : [];
  const below = [template?.spec, jobTemplate?.spec].filter(each => typeof each === 'object');
  return [...own.map(({ image }) => image ?? '').filter(Boolean), ...below.flatMap(imagesIn)];
}

export function sameThing(
  a: { apiVersion?: string; kind: string; namespace?: string; name: string },
  b: { apiVersion?: string; kind: string; namespace?: string; name: string },
): boolean {
  return groupOf(a) === groupOf(b) && a.kind === b.kind && a.name === b.name && a.namespace === b.namespace;
}

/** `''` for the core group. */
export function groupOf({ apiVersion = '' }: { apiVersion?: string }): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
