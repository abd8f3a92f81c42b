import { KustomizeError } from '../kustomize-error.ts';
import type { KindSchemas } from '../merge/merge-schema.ts';
import { valueNode } from '../node/value-node.ts';
import { Resource } from '../resource/resource.ts';

export interface IamPolicyArgs {
  cloud?: string;
  kubernetesService?: { name?: string; namespace?: string };
  serviceAccount?: { name?: string; projectId?: string };
}

/** `IAMPolicyGenerator`: a service account bound to one of Google's. @throws KustomizeError for other clouds */
export function generateServiceAccount(args: IamPolicyArgs, schemas: KindSchemas): Resource {
  const { cloud = '', kubernetesService: own = {}, serviceAccount: account = {} } = args;
  if (cloud !== 'gke') throw new KustomizeError(`cloud provider ${cloud} not supported yet`);
  const email = `${account.name ?? ''}@${account.projectId ?? ''}.iam.gserviceaccount.com`;
  const node = valueNode({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      annotations: { 'iam.gke.io/gcp-service-account': email },
      name: own.name ?? '',
      ...(own.namespace ? { namespace: own.namespace } : {}),
    },
  });
  return new Resource(node, schemas);
}
