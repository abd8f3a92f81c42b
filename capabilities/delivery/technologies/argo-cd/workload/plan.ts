import type { AnyObject, Stored } from '@slipway/api';
import type { Build, Repository, Workload, WorkloadEnvironment } from '@slipway/kinds';

export const WORKLOAD_LABEL = 'slipway.dev/workload';
export const REVISION_ANNOTATION = 'slipway.dev/revision';
/** Name of the change whose head a pipeline tries. */
export const CHANGE_ANNOTATION = 'slipway.dev/change';
/** Where Argo CD itself lives on a cluster. */
export const ARGO_CD_NAMESPACE = 'argocd';
const REGISTRY = 'registry.slipway.internal';
/** Where repositories are in one process; on a cluster the Repository's status says it. */
export const INTERNAL_GIT = 'https://git.slipway.internal/';

/** Team of a namespace `team-<team>`; undefined elsewhere. */
export function teamOf(namespace: string | undefined): string | undefined {
  return /^team-(.+)$/.exec(namespace ?? '')?.[1];
}

/** The image's repository of a service. */
export function imageRepository(team: string, service: string): string {
  return `${REGISTRY}/${team}/${service}`;
}

/** Where images of unmerged changes go: beside the service's own, so that none of them is taken for it. */
export function changeImageRepository(team: string, service: string): string {
  return `${imageRepository(team, service)}/changes`;
}

/** The same revision always gives the same Workflow, so that a crash does not start it twice. */
export function workflowName(service: string, revision: string): string {
  return `${service}-${revision.slice(0, 10)}`;
}

/** As `workflowName`, for the head of a change; it is a label's value, too (63 characters). */
export function checkName(
  service: string,
  { revision, attempt }: { revision: string; attempt: number },
): string {
  return `${service.slice(0, 40)}-check-${revision.slice(0, 10)}${attempt > 1 ? `-${attempt}` : ''}`;
}

/** An older Workload of another team that has this service name; names are unique in a platform. */
export function nameHolder(
  workload: Stored<Workload>,
  all: Stored<Workload>[],
): Stored<Workload> | undefined {
  const before = (other: Stored<Workload>) =>
    other.metadata.creationTimestamp < workload.metadata.creationTimestamp ||
    (other.metadata.creationTimestamp === workload.metadata.creationTimestamp &&
      (other.metadata.namespace ?? '') < (workload.metadata.namespace ?? ''));
  return all.find(
    other =>
      other.metadata.name === workload.metadata.name &&
      other.metadata.uid !== workload.metadata.uid &&
      before(other),
  );
}

export interface PipelineInput {
  workload: Stored<Workload>;
  team: string;
  repository: Repository;
  revision: string;
  /** The repository's own pipeline, a Workflow; absent: the platform's. */
  own?: AnyObject;
  /** Present: it only tries a change's head, and nothing is delivered. */
  check?: { change: string; attempt: number };
}

/** The Workflow of one revision. */
export function pipelineOf({ workload, team, repository, revision, own, check }: PipelineInput): AnyObject {
  const service = workload.metadata.name;
  const image = check ? changeImageRepository(team, service) : imageRepository(team, service);
  const name = check ? checkName(service, { revision, ...check }) : workflowName(service, revision);
  const change = check ? { [CHANGE_ANNOTATION]: check.change } : {};
  const parameters = [
    { name: 'service', value: service },
    {
      name: 'repository',
      value: repository.status?.url ?? internalRepository(repository.spec.owner, repository.spec.name),
    },
    { name: 'revision', value: revision },
    { name: 'image', value: image },
  ];
  const spec = own?.spec ?? { workflowTemplateRef: { name: 'slipway-build', clusterScope: true } };
  const declared = (
    (spec.arguments as { parameters?: { name: string }[] } | undefined)?.parameters ?? []
  ).filter(each => !parameters.some(given => given.name === each.name));
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: {
      name,
      namespace: workload.metadata.namespace ?? '',
      labels: { ...own?.metadata.labels, [WORKLOAD_LABEL]: service },
      annotations: { ...own?.metadata.annotations, [REVISION_ANNOTATION]: revision, ...change },
      ownerReferences: [
        {
          apiVersion: 'slipway.dev/v1alpha1',
          kind: 'Workload',
          name: service,
          uid: workload.metadata.uid,
          controller: true,
          blockOwnerDeletion: false,
        },
      ],
    },
    spec: {
      ...spec,
      arguments: { ...(spec.arguments as object | undefined), parameters: [...declared, ...parameters] },
    },
  };
}

/** The finished Build of a revision; what was only built to try a change is none. */
export function buildOf(
  builds: Stored<Build>[],
  service: string,
  revision: string,
): Stored<Build> | undefined {
  const own = builds.filter(
    build =>
      build.metadata.labels?.[WORKLOAD_LABEL] === service &&
      build.spec.source.git.revision === revision &&
      build.spec.image !== changeImageRepository(teamOf(build.metadata.namespace) ?? '', service),
  );
  return own.find(build => build.status?.phase === 'Succeeded') ?? own[0];
}

export interface ApplicationInput {
  workload: Stored<Workload>;
  team: string;
  environment: string;
  /** Of the environment's repository. */
  repoURL: string;
  project: string;
}

/** Clone URL of a repository in one process. */
export function internalRepository(owner: string, name: string): string {
  return `${INTERNAL_GIT}${owner}/${name}.git`;
}

/** The Application that delivers one environment of a service. */
export function applicationOf({
  workload,
  team,
  environment,
  repoURL,
  project,
}: ApplicationInput): AnyObject {
  const service = workload.metadata.name;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: `${service}-${environment}`,
      namespace: workload.metadata.namespace ?? '',
      labels: { [WORKLOAD_LABEL]: service, 'slipway.dev/environment': environment },
      finalizers: ['resources-finalizer.argocd.argoproj.io'],
      ownerReferences: [
        {
          apiVersion: 'slipway.dev/v1alpha1',
          kind: 'Workload',
          name: service,
          uid: workload.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      project,
      source: { repoURL, path: service, targetRevision: 'main' },
      destination: { name: 'in-cluster', namespace: `${team}-${environment}` },
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
    },
  };
}

export interface ProjectInput {
  team: string;
  environments: string[];
  /** Of one of the team's repositories. */
  repoURL: string;
  /** Where Argo CD lives. */
  namespace: string;
}

/** The AppProject of a team's Applications: from its own repositories, into its own namespaces, and nothing else. */
export function projectOf({ team, environments, repoURL, namespace }: ProjectInput): AnyObject {
  const server = 'https://kubernetes.default.svc';
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: `team-${team}`, namespace },
    spec: {
      description: `Services of team ${team}.`,
      sourceNamespaces: [`team-${team}`],
      sourceRepos: [repoURL.replace(/[^/]*$/, '*')],
      destinations: environments.map(each => ({ server, namespace: `${team}-${each}` })),
      clusterResourceWhitelist: [],
      namespaceResourceWhitelist: [{ group: '*', kind: '*' }],
    },
  };
}

/** Name of the repository that holds what runs in one environment of a team. */
export function environmentRepository(environment: string): string {
  return `environment-${environment}`;
}

interface ApplicationStatus {
  sync?: { status?: string; revision?: string };
  health?: { status?: string };
  summary?: { images?: string[] };
  operationState?: { phase?: string; message?: string; finishedAt?: string };
  conditions?: { type: string; message: string }[];
}

/** What an environment of a service looks like, from its Application. `delivered` is what was brought to it last. */
export function environmentStatus(
  application: AnyObject | undefined,
  known: {
    name: string;
    namespace: string;
    application: string;
    url: string;
    delivered?: { image?: string; revision: string };
  },
): WorkloadEnvironment {
  const { delivered, ...about } = known;
  if (!delivered) return { ...about, healthy: false, health: 'Missing' };
  const { image, revision } = delivered;
  const status = (application?.status ?? {}) as ApplicationStatus;
  const current = image === undefined || (status.summary?.images?.includes(image) ?? false);
  const synced = status.sync?.status === 'Synced' && current;
  const health = synced ? (status.health?.status ?? 'Unknown') : failing(status) ? 'Degraded' : 'Progressing';
  const message = messageOf(status, synced);
  return {
    ...about,
    ...(image ? { image } : {}),
    revision,
    healthy: health === 'Healthy',
    health,
    ...(message ? { message } : {}),
  };
}

/** A sync that failed and waits for another attempt is one that runs and has an end. */
function failing({ operationState, conditions }: ApplicationStatus): boolean {
  const { phase, finishedAt } = operationState ?? {};
  return (
    phase === 'Failed' ||
    phase === 'Error' ||
    (phase === 'Running' && finishedAt !== undefined) ||
    (conditions ?? []).some(each => /Error$/.test(each.type))
  );
}

function messageOf(
  { operationState, conditions, health }: ApplicationStatus,
  synced: boolean,
): string | undefined {
  const error = conditions?.find(each => /Error$/.test(each.type));
  if (error) return error.message;
  if (!synced) return operationState?.message;
  return (health as { message?: string } | undefined)?.message;
}
