import { at, each, type Fields, fill, made } from './fields.ts';

/** Kinds that say what is allowed: networking, RBAC, admission, scaling. */
export function defaultNetworkPolicy(object: Fields): void {
  const spec = made(object, 'spec');
  if (!spec) return;
  const egress = Array.isArray(spec.egress) && spec.egress.length > 0;
  fill(spec, { policyTypes: egress ? ['Ingress', 'Egress'] : ['Ingress'] });
  for (const rule of [...each(spec.ingress), ...each(spec.egress)]) {
    for (const port of each(rule.ports)) fill(port, { protocol: 'TCP' });
  }
}

export function defaultIngressClass(object: Fields): void {
  fill(at(object, 'spec', 'parameters'), { scope: 'Cluster' });
}

const RBAC = 'rbac.authorization.k8s.io';

export function defaultBinding(object: Fields): void {
  fill(at(object, 'roleRef'), {});
  const role = at(object, 'roleRef');
  if (role && !role.apiGroup) role.apiGroup = RBAC;
  for (const subject of each(object.subjects)) {
    if (subject.kind !== 'ServiceAccount' && !subject.apiGroup) subject.apiGroup = RBAC;
  }
}

const UP = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
];
const DOWN = [{ type: 'Percent', value: 100, periodSeconds: 15 }];
const CPU = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
};

export function defaultAutoscaler(object: Fields): void {
  const spec = made(object, 'spec');
  if (!spec) return;
  fill(spec, { minReplicas: 1 });
  if (object.apiVersion === 'autoscaling/v1') return;
  fill(spec, { metrics: [CPU] });
  fill(at(spec, 'behavior', 'scaleUp'), { selectPolicy: 'Max', policies: UP });
  fill(at(spec, 'behavior', 'scaleDown'), { selectPolicy: 'Max', policies: DOWN });
}

export function defaultValidatingWebhooks(object: Fields): void {
  for (const webhook of each(object.webhooks)) {
    fill(webhook, {
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
    });
    fill(at(webhook, 'clientConfig', 'service'), { port: 443 });
    for (const rule of each(webhook.rules)) fill(rule, { scope: '*' });
  }
}

export function defaultMutatingWebhooks(object: Fields): void {
  defaultValidatingWebhooks(object);
  for (const webhook of each(object.webhooks)) fill(webhook, { reinvocationPolicy: 'Never' });
}

export function defaultAdmissionPolicy(object: Fields): void {
  const spec = made(object, 'spec');
  fill(spec, { failurePolicy: 'Fail' });
  defaultMatch(at(spec, 'matchConstraints'));
}

export function defaultAdmissionBinding(object: Fields): void {
  defaultMatch(at(object, 'spec', 'matchResources'));
}

function defaultMatch(match: Fields | undefined): void {
  fill(match, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} });
  for (const rules of [match?.resourceRules, match?.excludeResourceRules]) {
    for (const rule of each(rules)) fill(rule, { scope: '*' });
  }
}
