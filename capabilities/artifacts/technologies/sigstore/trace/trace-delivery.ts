import type { Kind, KubeObject, Stored } from '@slipway/api';
import {
  Application,
  Deployment,
  Environment,
  Job,
  type Pod,
  Promotion,
  ReplicaSet,
  StatefulSet,
  type TraceLink,
} from '@slipway/kinds';
import { gitCommit } from './git-commit.ts';
import { bad, found, missing } from './link.ts';
import type { Answer } from './reader.ts';
import type { Tracing } from './trace-image.ts';

/** How Argo CD names an object's Application: `<namespace>_<name>:<group>/<kind>:…`. */
const TRACKING = 'argocd.argoproj.io/tracking-id';
const ENVIRONMENT = 'slipway.dev/environment';
const OWNERS: Kind[] = [ReplicaSet, Deployment, StatefulSet, Job];
const MOST_OWNERS = 4;

interface AppStatus {
  sync?: { revision?: string; status?: string };
  history?: { revision?: string; deployedAt?: string }[];
}

/** From a pod back to the commit of its environment, and to who let it in. */
export async function traceDelivery(tracing: Tracing, pod: Stored<Pod>, image: string): Promise<TraceLink[]> {
  const name = await applicationOf(tracing, pod);
  if ('because' in name) return [missing('delivery', name.because)];
  const answer = await tracing.reader.find(Application, name.value);
  if ('because' in answer) return [missing('delivery', answer.because)];
  const application = answer.value;
  const environment = application.metadata.labels?.[ENVIRONMENT] ?? '';
  return [
    await deliveryLink(tracing, application),
    ...(await promotionLinks(tracing, { namespace: name.value.namespace, environment, image })),
  ];
}

async function applicationOf(
  { reader }: Tracing,
  pod: Stored<Pod>,
): Promise<Answer<{ namespace: string; name: string }>> {
  let object: Stored<KubeObject> = pod;
  for (let depth = 0; depth < MOST_OWNERS; depth++) {
    const id = object.metadata.annotations?.[TRACKING];
    const [, namespace, name] = /^([^_:]+)_([^:]+):/.exec(id ?? '') ?? [];
    if (namespace !== undefined && name !== undefined) return { value: { namespace, name } };
    const owner = object.metadata.ownerReferences?.find(({ controller }) => controller === true);
    const kind = OWNERS.find(each => each.kind === owner?.kind);
    if (!owner || !kind) break;
    const above = await reader.find(kind, { namespace: pod.metadata.namespace ?? '', name: owner.name });
    if ('because' in above) return above;
    object = above.value;
  }
  return { because: 'no environment’s repository delivered it: it was made by hand, or by a pipeline' };
}

async function deliveryLink({ ports, reader }: Tracing, application: KubeObject): Promise<TraceLink> {
  const { spec, status } = application as KubeObject & {
    spec?: { source?: { repoURL?: string; path?: string } };
    status?: AppStatus;
  };
  const { repoURL: url = '', path } = spec?.source ?? {};
  const newest = status?.history?.at(-1);
  const id = newest?.revision ?? status?.sync?.revision ?? '';
  const { namespace, name } = application.metadata;
  const facts = { application: `${namespace}/${name}`, repository: url, folder: path, commit: id };
  const answer = await gitCommit(ports, reader, { url, id });
  if ('because' in answer) return missing('delivery', answer.because, facts);
  const { author, title } = answer.value;
  return found('delivery', title, { ...facts, author, 'applied at': newest?.deployedAt });
}

async function promotionLinks(
  { reader }: Tracing,
  { namespace, environment, image }: { namespace: string; environment: string; image: string },
): Promise<TraceLink[]> {
  const stage = await reader.find(Environment, { name: environment });
  if ('value' in stage && stage.value.spec.promotion === undefined)
    return [found('promotion', `nobody has to promote: ${environment} follows every build`, { environment })];
  const answer = await reader.list(Promotion, { namespace });
  if ('because' in answer) return [missing('promotion', answer.because)];
  const promotion = answer.value
    .filter(({ spec, status }) => spec.to === environment && sameDigest(status?.image ?? spec.image, image))
    .filter(({ status }) => status?.phase === 'Promoted' || status?.phase === 'Promoting')
    .toSorted((a, b) => ((a.status?.decidedAt ?? '') < (b.status?.decidedAt ?? '') ? 1 : -1))[0];
  if (!promotion) return [missing('promotion', `no Promotion brought this image to ${environment}`)];
  const { metadata, spec, status } = promotion;
  const by = status?.promotedBy;
  const facts = {
    promotion: `${namespace}/${metadata.name}`,
    who: by,
    reason: spec.reason,
    from: status?.from,
    time: status?.decidedAt,
  };
  return [
    found('promotion', `it was promoted to ${environment} by ${by ?? 'somebody'}`, facts),
    approvals(promotion),
  ];
}

function approvals({ status }: Promotion): TraceLink {
  const { wanted = [], given = [] } = status?.approvals ?? {};
  const facts = Object.fromEntries(
    given.map(({ by, decision, reason, at }) => [by, [decision, reason, at].filter(Boolean).join(', ')]),
  );
  const short = wanted.filter(each => each.given < each.count);
  if (short.length > 0)
    return bad('approvals', `${short.map(({ group }) => group).join(', ')}: fewer than were wanted`, facts);
  if (wanted.length === 0) return found('approvals', 'nobody had to approve', facts);
  return found('approvals', `${given.length} given`, facts);
}

function sameDigest(one: string | undefined, other: string): boolean {
  const digest = (text: string) => text.slice(text.indexOf('@') + 1);
  return one !== undefined && digest(one) === digest(other);
}
