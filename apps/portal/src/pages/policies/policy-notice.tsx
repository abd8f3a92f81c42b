import { Text } from '@mantine/core';
import type { Workload } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { paths } from '../../paths.ts';
import { Problem } from '../../ui/notice.tsx';
import { PolicyMessage } from './policy-message.tsx';

/** On a service's page: what keeps its newest revision from being delivered, and which exception lets it. */
export function PolicyNotice({ workload: { status } }: { workload: Workload }) {
  const policies = status?.policies ?? [];
  const isLive = status?.environments?.some(({ revision }) => revision === status.revision);
  return policies.map(({ policy, verdict, message = '' }) => {
    if (verdict === 'Excepted')
      return (
        <Text key={policy} mb="md">
          Policy <Link to={paths.policies()}>{policy}</Link>: {message}
        </Text>
      );
    if (verdict !== 'NotMet') return null;
    return (
      <Problem
        key={policy}
        title={`Policy ${policy} keeps ${isLive ? 'the next' : 'this'} revision from being delivered`}
      >
        <PolicyMessage message={message} />
      </Problem>
    );
  });
}
