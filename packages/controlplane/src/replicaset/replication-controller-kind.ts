import type { Kind, KubeObject } from '@slipway/api';
import type { ReplicaSet } from '@slipway/kinds';

/** The older form of a ReplicaSet: its selector is a map of labels. */
export interface ReplicationController extends KubeObject {
  spec: Omit<ReplicaSet['spec'], 'selector'> & { selector?: Record<string, string> };
  status?: NonNullable<ReplicaSet['status']>;
}
export const ReplicationController: Kind<ReplicationController> = {
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  namespaced: true,
};
