import { autoscalerCells } from './autoscaler-cells.ts';
import {
  age,
  type Cells,
  type CellsOf,
  count,
  get,
  humanDuration,
  list,
  name,
  selector,
  shortened,
  text,
  truth,
} from './cell.ts';
import { balancers } from './core-cells.ts';
import { nameWithDefault } from './storage-cells.ts';

function ingressCells(object: unknown, now: number): Cells {
  const rules = list(object, 'spec.rules');
  const hosts = rules.map(rule => text(rule, 'host')).filter(host => host !== '');
  const more = rules.length > 3 && hosts.length >= 3;
  const shown = hosts.slice(0, 3).join(',');
  return [
    name(object),
    text(object, 'spec.ingressClassName', '<none>'),
    hosts.length === 0 ? '*' : more ? `${shown} + ${rules.length - 3} more...` : shown,
    balancers(object).join(','),
    list(object, 'spec.tls').length > 0 ? '80, 443' : '80',
    age(object, now),
  ];
}

function ingressClassCells(object: unknown, now: number): Cells {
  const parameters = get(object, 'spec.parameters');
  const group = text(parameters, 'apiGroup');
  const kind = group ? `${text(parameters, 'kind')}.${group}` : text(parameters, 'kind');
  return [
    nameWithDefault(object, ['ingressclass.kubernetes.io/is-default-class']),
    text(object, 'spec.controller'),
    parameters === undefined ? '<none>' : `${kind}/${text(parameters, 'name')}`,
    age(object, now),
  ];
}

function endpointSliceCells(object: unknown, now: number): Cells {
  const ports = list(object, 'ports').map(port => text(port, 'port', text(port, 'name', '*')));
  const addresses = list(object, 'endpoints').flatMap(endpoint => list(endpoint, 'addresses').map(String));
  return [
    name(object),
    text(object, 'addressType'),
    shortened(ports, 3) || '<unset>',
    shortened(addresses, 3) || '<unset>',
    age(object, now),
  ];
}

function bindingCells(object: unknown, now: number): Cells {
  const named = (kind: string): string =>
    list(object, 'subjects')
      .filter(subject => get(subject, 'kind') === kind)
      .map(subject =>
        kind === 'ServiceAccount'
          ? `${text(subject, 'namespace')}/${text(subject, 'name')}`
          : text(subject, 'name'),
      )
      .join(', ');
  return [
    name(object),
    `${text(object, 'roleRef.kind')}/${text(object, 'roleRef.name')}`,
    age(object, now),
    named('User'),
    named('Group'),
    named('ServiceAccount'),
  ];
}

function signingRequestCells(object: unknown, now: number): Cells {
  const seconds = get(object, 'spec.expirationSeconds');
  return [
    name(object),
    age(object, now),
    text(object, 'spec.signerName', '<none>'),
    text(object, 'spec.username'),
    typeof seconds === 'number' ? humanDuration(seconds * 1000) : '<none>',
    signingStatus(object),
  ];
}

function signingStatus(object: unknown): string {
  const types = list(object, 'status.conditions').map(found => text(found, 'type'));
  const decided = types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending';
  const failed = types.includes('Failed') ? ',Failed' : '';
  const issued = text(object, 'status.certificate') ? ',Issued' : '';
  return `${decided}${failed}${issued}`;
}

function policyCells(object: unknown, now: number): Cells {
  const kind = get(object, 'spec.paramKind');
  const rules = get(object, 'spec.mutations') === undefined ? 'spec.validations' : 'spec.mutations';
  return [
    name(object),
    list(object, rules).length,
    kind === undefined ? '<unset>' : `${text(kind, 'apiVersion')}/${text(kind, 'kind')}`,
    age(object, now),
  ];
}

function policyBindingCells(object: unknown, now: number): Cells {
  const reference = get(object, 'spec.paramRef');
  const target = text(reference, 'name');
  const parameter = target
    ? `${text(reference, 'namespace', '*')}/${target}`
    : selector(get(reference, 'selector'), '<unset>');
  return [name(object), text(object, 'spec.policyName'), parameter, age(object, now)];
}

function flowSchemaCells(object: unknown, now: number): Cells {
  const dangling = list(object, 'status.conditions').find(found => get(found, 'type') === 'Dangling');
  return [
    name(object),
    text(object, 'spec.priorityLevelConfiguration.name'),
    count(object, 'spec.matchingPrecedence'),
    text(object, 'spec.distinguisherMethod.type', '<none>'),
    age(object, now),
    text(dangling, 'status', '?'),
  ];
}

function priorityLevelCells(object: unknown, now: number): Cells {
  const queuing = get(object, 'spec.limited.limitResponse.queuing');
  const none = '<none>';
  return [
    name(object),
    text(object, 'spec.type'),
    get(object, 'spec.limited.nominalConcurrencyShares') ?? none,
    get(queuing, 'queues') ?? none,
    get(queuing, 'handSize') ?? none,
    get(queuing, 'queueLengthLimit') ?? none,
    age(object, now),
  ];
}

function apiServiceCells(object: unknown, now: number): Cells {
  const service = get(object, 'spec.service');
  const available = list(object, 'status.conditions').find(found => get(found, 'type') === 'Available');
  const status = text(available, 'status', 'Unknown');
  const reason = text(available, 'reason');
  return [
    name(object),
    service === undefined ? 'Local' : `${text(service, 'namespace')}/${text(service, 'name')}`,
    status === 'True' || reason === '' ? status : `${status} (${reason})`,
    age(object, now),
  ];
}

/** Upstream gives an age that has no column. */
function addressCells(object: unknown, now: number): Cells {
  const parent = get(object, 'spec.parentRef');
  if (parent === undefined) return [name(object), '<none>', age(object, now)];
  const group = text(parent, 'group');
  const resource = group ? `${text(parent, 'resource')}.${group}` : text(parent, 'resource');
  const namespace = text(parent, 'namespace');
  return [
    name(object),
    `${resource.toLowerCase()}${namespace ? `/${namespace}` : ''}/${text(parent, 'name')}`,
    age(object, now),
  ];
}

function resourceClaimCells(object: unknown, now: number): Cells {
  const gone = get(object, 'metadata.deletionTimestamp') !== undefined;
  const allocated = get(object, 'status.allocation') !== undefined;
  const states = [
    ...(gone ? ['deleted'] : []),
    ...(allocated ? ['allocated'] : gone ? [] : ['pending']),
    ...(allocated && list(object, 'status.reservedFor').length > 0 ? ['reserved'] : []),
  ];
  return [name(object), states.join(','), age(object, now)];
}

const WEBHOOKS: CellsOf = (object, now) => [name(object), list(object, 'webhooks').length, age(object, now)];
const ONLY_AGE: CellsOf = (object, now) => [name(object), age(object, now)];

/** Cells of networking, RBAC, admission, scheduling and the rest. */
export const POLICY_CELLS: Record<string, CellsOf> = {
  'admissionregistration.k8s.io/mutatingadmissionpolicies': policyCells,
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings': policyBindingCells,
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': WEBHOOKS,
  'admissionregistration.k8s.io/validatingadmissionpolicies': policyCells,
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': policyBindingCells,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': WEBHOOKS,
  'apiregistration.k8s.io/apiservices': apiServiceCells,
  'autoscaling/horizontalpodautoscalers': autoscalerCells,
  'certificates.k8s.io/certificatesigningrequests': signingRequestCells,
  'coordination.k8s.io/leases': (object, now) => [
    name(object),
    text(object, 'spec.holderIdentity'),
    age(object, now),
  ],
  'discovery.k8s.io/endpointslices': endpointSliceCells,
  'flowcontrol.apiserver.k8s.io/flowschemas': flowSchemaCells,
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': priorityLevelCells,
  'networking.k8s.io/ingressclasses': ingressClassCells,
  'networking.k8s.io/ingresses': ingressCells,
  'networking.k8s.io/ipaddresses': addressCells,
  'networking.k8s.io/networkpolicies': (object, now) => [
    name(object),
    selector(get(object, 'spec.podSelector')),
    age(object, now),
  ],
  'networking.k8s.io/servicecidrs': (object, now) => [
    name(object),
    list(object, 'spec.cidrs').join(','),
    age(object, now),
  ],
  'node.k8s.io/runtimeclasses': (object, now) => [name(object), text(object, 'handler'), age(object, now)],
  'rbac.authorization.k8s.io/clusterrolebindings': bindingCells,
  'rbac.authorization.k8s.io/rolebindings': bindingCells,
  'resource.k8s.io/deviceclasses': ONLY_AGE,
  'resource.k8s.io/resourceclaims': resourceClaimCells,
  'resource.k8s.io/resourceclaimtemplates': ONLY_AGE,
  'resource.k8s.io/resourceslices': (object, now) => [
    name(object),
    text(object, 'spec.nodeName'),
    text(object, 'spec.driver'),
    text(object, 'spec.pool.name'),
    age(object, now),
  ],
  'scheduling.k8s.io/priorityclasses': (object, now) => [
    name(object),
    count(object, 'value'),
    truth(object, 'globalDefault'),
    age(object, now),
    text(object, 'preemptionPolicy'),
  ],
};
