import { Text } from '@mantine/core';
import type { Stored } from '@slipway/api';
import { PipelinePolicy, PolicyException, type RequiredStep } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import { PolicyMessage } from './policy-message.tsx';

/** What pipelines must have, whom that governs, and who is excepted until when. */
export function PoliciesPage() {
  const policies = useLive(PipelinePolicy);
  const exceptions = useLive(PolicyException);
  const error = policies.error ?? exceptions.error;
  const items = policies.items;
  return (
    <>
      <PageTitle>Pipeline policies</PageTitle>
      {error ? <Problem title="The policies could not be read">{error}</Problem> : null}
      {items || error ? null : <Waiting what="reading policies" />}
      {items?.length === 0 ? <Text>No policy governs pipelines: every pipeline may deploy.</Text> : null}
      {items?.map(policy => (
        <Policy key={policy.metadata.uid} policy={policy} />
      ))}
      {exceptions.items && exceptions.items.length > 0 ? <Exceptions items={exceptions.items} /> : null}
      <SameCommand command="slipway policy list" />
    </>
  );
}

function Policy({ policy: { metadata, spec, status }, policy }: { policy: Stored<PipelinePolicy> }) {
  const wrong = status?.conditions?.find(condition => condition.status === 'False');
  const services = status?.services ?? [];
  return (
    <Section title={metadata.name}>
      {spec.description ? <Text mb="xs">{spec.description}</Text> : null}
      {wrong ? <Problem title="This policy cannot be met">{wrong.message}</Problem> : null}
      <ul>
        {(spec.steps ?? []).map(step => (
          <li key={JSON.stringify(step)}>{stepText(step)}</li>
        ))}
        {(spec.checks ?? []).map(check => (
          <li key={check}>Check {check} is success for the revision</li>
        ))}
      </ul>
      {services.length === 0 ? (
        <Text mb="xs">It governs no service now.</Text>
      ) : (
        <Rows label={`Services governed by ${metadata.name}`} columns={['Service', 'Stands', 'Why']}>
          {services.map(({ namespace, name, verdict, message }) => (
            <Row
              key={`${namespace}/${name}`}
              cells={[
                <Link key="service" to={paths.service(namespace, name)}>
                  {name}
                </Link>,
                <Health key="verdict" word={VERDICTS[verdict]} />,
                message ? <PolicyMessage key="why" message={message} /> : '',
              ]}
            />
          ))}
        </Rows>
      )}
      <ShowYaml object={policy} label={`YAML of ${metadata.name}`} />
    </Section>
  );
}

/** The words of health for a verdict. */
const VERDICTS = { Met: 'Pass', Pending: 'Pending', NotMet: 'Fail', Excepted: 'Exempt' };

function stepText({ name, action, from, because }: RequiredStep): string {
  const what = [
    name ? `Step ${name}` : 'A step',
    ...(action === 'image-build' ? ['that builds the image'] : []),
    ...(from ? [`from the platform’s template ${from.clusterWorkflowTemplate}/${from.template}`] : []),
  ].join(' ');
  return because ? `${what}: ${because}` : what;
}

function Exceptions({ items }: { items: Stored<PolicyException>[] }) {
  return (
    <Section title="Exceptions">
      <Rows label="Exceptions" columns={['Service', 'Policy', 'Counts', 'Until', 'Owner', 'Reason']}>
        {items.map(({ metadata, spec, status }) => {
          const ended = status?.conditions?.find(condition => condition.status === 'False');
          return (
            <Row
              key={metadata.uid}
              cells={[
                spec.service,
                spec.policy,
                ended ? `no: ${ended.message}` : 'yes',
                <Moment key="until" time={spec.until} />,
                spec.owner,
                spec.reason,
              ]}
            />
          );
        })}
      </Rows>
    </Section>
  );
}
