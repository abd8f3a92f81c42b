import { parseConstraint, satisfies } from '../../semver/constraint.ts';
import { parseVersion } from '../../semver/version.ts';

export function isVersion(text: string): boolean {
  try {
    parseVersion(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a version is within a constraint; false when one of the two is none. */
export function isCompatibleRange(constraint: string, version: string): boolean {
  try {
    return satisfies(parseVersion(version), parseConstraint(constraint));
  } catch {
    return false;
  }
}
