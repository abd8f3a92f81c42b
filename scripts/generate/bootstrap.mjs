// What a new cluster holds before anybody wrote to it: roles, bindings, priority classes, flow control.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const KINDS = {
  namespaces: ['v1', 'Namespace'],
  clusterroles: ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  clusterrolebindings: ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
  roles: ['rbac.authorization.k8s.io/v1', 'Role'],
  rolebindings: ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  priorityclasses: ['scheduling.k8s.io/v1', 'PriorityClass'],
  flowschemas: ['flowcontrol.apiserver.k8s.io/v1', 'FlowSchema'],
  prioritylevelconfigurations: ['flowcontrol.apiserver.k8s.io/v1', 'PriorityLevelConfiguration'],
  apiservices: ['apiregistration.k8s.io/v1', 'APIService'],
};

/** Objects by plural, complete with apiVersion and kind, without status. */
export function bootstrapTable(kubernetes) {
  return Object.fromEntries(
    Object.entries(KINDS).map(([plural, [apiVersion, kind]]) => [
      plural,
      read(kubernetes, plural).map(item => objectOf(item, apiVersion, kind)),
    ]),
  );
}

function objectOf({ status: _status, metadata, ...rest }, apiVersion, kind) {
  const { generation: _generation, ...kept } = metadata;
  return { apiVersion, kind, metadata: kept, ...rest };
}

function read(kubernetes, plural) {
  return JSON.parse(readFileSync(join(kubernetes, 'bootstrap', `${plural}.json`), 'utf8')).items;
}
