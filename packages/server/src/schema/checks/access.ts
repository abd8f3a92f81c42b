import { invalid, type Problem, required, unsupported } from '../problem.ts';
import { items, text, type Values, values } from '../value.ts';

const SUBJECTS = ['ServiceAccount', 'User', 'Group'];

export function checkRoleBinding(object: Values): Problem[] {
  return [...checkReference(object, ['Role', 'ClusterRole']), ...checkSubjects(object, true)];
}

export function checkClusterRoleBinding(object: Values): Problem[] {
  return [...checkReference(object, ['ClusterRole']), ...checkSubjects(object, false)];
}

function checkReference(object: Values, kinds: string[]): Problem[] {
  const { kind, name } = values(object, 'roleRef');
  return [
    ...(kinds.includes(text(kind)) ? [] : [unsupported('roleRef.kind', kind ?? '', kinds)]),
    ...(text(name) === '' ? [required('roleRef.name')] : []),
  ];
}

function checkSubjects(object: Values, namespaced: boolean): Problem[] {
  return items(object.subjects).flatMap((subject, index) => {
    const field = `subjects[${index}]`;
    const kind = text(subject.kind);
    const lost = kind === 'ServiceAccount' && text(subject.namespace) === '' && !namespaced;
    return [
      ...(text(subject.name) === '' ? [required(`${field}.name`)] : []),
      ...(lost ? [required(`${field}.namespace`)] : []),
      ...(SUBJECTS.includes(kind) ? [] : [unsupported(`${field}.kind`, kind, SUBJECTS)]),
    ];
  });
}

export function checkRole(object: Values): Problem[] {
  return checkRules(object, true);
}

export function checkClusterRole(object: Values): Problem[] {
  return checkRules(object, false);
}

function checkRules(object: Values, namespaced: boolean): Problem[] {
  return items(object.rules).flatMap((rule, index) => checkRule(rule, `rules[${index}]`, namespaced));
}

function checkRule(rule: Values, field: string, namespaced: boolean): Problem[] {
  const has = (name: string): boolean => Array.isArray(rule[name]) && rule[name].length > 0;
  const problems: Problem[] = [];
  if (!has('verbs')) problems.push(required(`${field}.verbs`, 'verbs must contain at least one value'));
  if (has('nonResourceURLs')) {
    const detail = 'namespaced rules cannot apply to non-resource URLs';
    return namespaced
      ? [...problems, invalid(`${field}.nonResourceURLs`, rule.nonResourceURLs, detail)]
      : problems;
  }
  if (!has('apiGroups')) {
    problems.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  if (!has('resources')) {
    problems.push(required(`${field}.resources`, 'resource rules must supply at least one resource'));
  }
  return problems;
}
