const PATTERN = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const STAGES: Record<string, number> = { alpha: 0, beta: 1 };

/**
 * Orders API versions best first: v2, v1, v1beta2, v1alpha1, then other names in alphabetical order
 * (apimachinery/pkg/version/helpers.go).
 */
export function compareKubeVersions(a: string, b: string): number {
  const left = PATTERN.exec(a);
  const right = PATTERN.exec(b);
  if (!left && !right) return a < b ? -1 : Number(a > b);
  if (!left || !right) return left ? -1 : 1;
  return (
    stageOf(right) - stageOf(left) || number(right, 1) - number(left, 1) || number(right, 3) - number(left, 3)
  );
}

function stageOf(match: RegExpExecArray): number {
  return STAGES[match[2] ?? ''] ?? 2;
}

function number(match: RegExpExecArray, index: number): number {
  return Number(match[index] ?? 0);
}
