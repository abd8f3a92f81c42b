import { type KubeObject, StatusError, type UserInfo } from '@slipway/api';
import type { PolicyRule, SubjectAccessReview } from '@slipway/kinds';
import type { Attributes, Authorize, VirtualCall, VirtualResource } from '../http/seams.ts';
import { rulesFor } from './authorizer.ts';
import type { RbacIndex } from './rbac-index.ts';

const GROUP = 'authorization.k8s.io';

/** SubjectAccessReview and its three relatives. */
export function authorizationReviews(index: RbacIndex, authorize: Authorize): VirtualResource[] {
  const subject = (call: VirtualCall) =>
    review(authorize, call, subjectOf(call.object as SubjectAccessReview));
  return [
    { group: GROUP, resource: 'subjectaccessreviews', create: subject },
    { group: GROUP, resource: 'localsubjectaccessreviews', create: call => subject(checkLocal(call)) },
    {
      group: GROUP,
      resource: 'selfsubjectaccessreviews',
      create: call => review(authorize, call, call.user),
    },
    { group: GROUP, resource: 'selfsubjectrulesreviews', create: call => reviewRules(index, call) },
  ];
}

async function review(
  authorize: Authorize,
  { object }: VirtualCall,
  user: UserInfo,
): Promise<SubjectAccessReview> {
  const access = object as SubjectAccessReview;
  const { allowed, reason } = await authorize(user, attributesOf(access));
  return { ...access, status: { allowed, ...(reason ? { reason } : {}) } };
}

function subjectOf({ kind, spec }: SubjectAccessReview): UserInfo {
  if (!spec?.user && !spec?.groups?.length) {
    const detail = 'Invalid value: "": at least one of user or group must be specified';
    throw invalid(kind, 'spec.user', detail);
  }
  const { user = '', groups = [], uid, extra } = spec;
  return { username: user, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) };
}

function attributesOf({ kind, spec }: SubjectAccessReview): Attributes {
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec ?? {};
  if (resource && path) {
    throw invalid(
      kind,
      'spec.nonResourceAttributes',
      'Invalid value: {}: cannot be specified in combination with resourceAttributes',
    );
  }
  if (path) return { verb: path.verb, nonResourcePath: path.path, group: '', version: '', resource: '' };
  if (!resource) {
    throw invalid(
      kind,
      'spec.resourceAttributes',
      'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    );
  }
  const { verb, group = '', version = '', resource: plural = '', subresource, namespace, name } = resource;
  return {
    verb,
    group,
    version,
    resource: plural,
    ...(subresource ? { subresource } : {}),
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
  };
}

function checkLocal(call: VirtualCall): VirtualCall {
  const { kind, spec } = call.object as SubjectAccessReview;
  const namespace = spec?.resourceAttributes?.namespace ?? '';
  if (namespace !== call.namespace) {
    throw invalid(
      kind,
      'spec.resourceAttributes.namespace',
      `Invalid value: "${namespace}": must match metadata.namespace`,
    );
  }
  return call;
}

function invalid(kind: string, field: string, message: string): StatusError {
  return new StatusError('Invalid', `${kind}.${GROUP} "" is invalid: ${field}: ${message}`, {
    group: GROUP,
    kind,
    causes: [{ reason: 'FieldValueInvalid', message, field }],
  });
}

interface RulesReview extends KubeObject {
  spec?: { namespace?: string };
  status?: { resourceRules: PolicyRule[]; nonResourceRules: PolicyRule[]; incomplete: boolean };
}

function reviewRules(index: RbacIndex, { object, user }: VirtualCall): RulesReview {
  const asked = object as RulesReview;
  const namespace = asked.spec?.namespace;
  if (!namespace) throw new StatusError('BadRequest', 'no namespace on request');
  const rules = rulesFor(index, user, namespace);
  const resourceRules = rules.filter(rule => rule.resources?.length);
  const nonResourceRules = rules
    .filter(rule => rule.nonResourceURLs?.length)
    .map(({ verbs, nonResourceURLs = [] }) => ({ verbs, nonResourceURLs }));
  return { ...asked, status: { resourceRules, nonResourceRules, incomplete: false } };
}
