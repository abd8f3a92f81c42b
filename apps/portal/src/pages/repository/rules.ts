import type { BranchProtection } from '@slipway/kinds';

/** What a protection asks for, in words. */
export function rulesOf(spec: BranchProtection['spec']): string[] {
  const { requiredApprovals = 0, statusCheckContexts = [] } = spec;
  const checks = statusCheckContexts.length > 0 ? `checks ${statusCheckContexts.join(', ')}` : 'all checks';
  const rules: [unknown, string][] = [
    [!spec.enablePush, 'changes only'],
    [spec.enablePush && spec.enablePushWhitelist, 'some may push'],
    [requiredApprovals, `${requiredApprovals} ${requiredApprovals === 1 ? 'approval' : 'approvals'}`],
    [spec.enableStatusCheck, checks],
    [spec.blockOnOfficialReviewRequests, 'owners approve'],
    [spec.blockOnRejectedReviews, 'nobody wants changes'],
    [spec.blockOnOutdatedBranch, 'up to date'],
    [spec.protectedFilePatterns, `not ${spec.protectedFilePatterns}`],
  ];
  return rules.filter(([holds]) => holds).map(([, words]) => words);
}
