import { invalid, type Problem, required, unsupported } from '../problem.ts';
import { isSet, text, type Values, values } from '../value.ts';
import { notNegative, numberOrPercent, positive } from './number.ts';

export function checkAutoscaler(object: Values): Problem[] {
  const spec = values(object, 'spec');
  const target = values(spec, 'scaleTargetRef');
  const { minReplicas, maxReplicas } = spec;
  const problems: Problem[] = [];
  if (typeof minReplicas === 'number' && minReplicas < 1) {
    problems.push(invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
  }
  if (!maxReplicas) problems.push(required('spec.maxReplicas', 'must be set and greater than 0'));
  if (
    typeof minReplicas === 'number' &&
    typeof maxReplicas === 'number' &&
    maxReplicas &&
    maxReplicas < minReplicas
  ) {
    problems.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  const missing = ['kind', 'name'].filter(name => text(target[name]) === '');
  return [...problems, ...missing.map(name => required(`spec.scaleTargetRef.${name}`))];
}

export function checkDisruptionBudget(object: Values): Problem[] {
  const spec = values(object, 'spec');
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  const shown = {
    MinAvailable: minAvailable ?? null,
    Selector: selector ?? null,
    MaxUnavailable: maxUnavailable ?? null,
    UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy ?? null,
  };
  const both = isSet(minAvailable) && isSet(maxUnavailable);
  return [
    ...(both ? [invalid('spec', shown, 'minAvailable and maxUnavailable cannot be both set')] : []),
    ...numberOrPercent(minAvailable, 'spec.minAvailable'),
    ...numberOrPercent(maxUnavailable, 'spec.maxUnavailable'),
  ];
}

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

export function checkClaim(object: Values): Problem[] {
  const spec = values(object, 'spec');
  const modes = Array.isArray(spec.accessModes) ? spec.accessModes.map(text) : [];
  const storage = values(spec, 'resources', 'requests').storage;
  const missing =
    modes.length === 0 ? [required('spec.accessModes', 'at least 1 access mode is required')] : [];
  const field = 'spec.resources[storage]';
  const nothing = storage === '0' || text(storage).startsWith('-');
  return [
    ...missing,
    ...modes.filter(mode => !MODES.includes(mode)).map(mode => unsupported('spec.accessModes', mode, MODES)),
    ...(isSet(storage) ? [] : [required(field)]),
    ...(nothing ? [invalid(field, storage, 'must be greater than zero')] : []),
  ];
}

export function checkLease(object: Values): Problem[] {
  const { leaseDurationSeconds, leaseTransitions } = values(object, 'spec');
  return [
    ...positive(leaseDurationSeconds, 'spec.leaseDurationSeconds'),
    ...notNegative(leaseTransitions, 'spec.leaseTransitions'),
  ];
}

export function checkStorageClass(object: Values): Problem[] {
  return text(object.provisioner) === '' ? [required('provisioner')] : [];
}
