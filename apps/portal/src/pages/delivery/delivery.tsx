import { Link, useParams } from '@tanstack/react-router';
import { DeliveredApplication } from '../../api/application.ts';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Section } from '../../ui/section.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import { Events } from './events.tsx';
import { Facts } from './facts.tsx';
import { History } from './history.tsx';
import { Operation } from './operation.tsx';
import { ResourceTree } from './resource-tree.tsx';
import { SyncButton } from './sync-button.tsx';

/** One application: is it as its source says, what it consists of, what happened to it. */
export function DeliveryPage() {
  const { namespace, name } = useParams({ strict: false }) as { namespace: string; name: string };
  const { items, error } = useLive(DeliveredApplication, { namespace, name });
  const application = items?.[0];
  if (error) return <Problem title="The application could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading the application" />;
  if (!application)
    return (
      <Problem title={`There is no application ${name}`}>
        It may have been removed. <Link to={paths.deliveries()}>See all that is delivered</Link>.
      </Problem>
    );
  const { status } = application;
  const beside = (
    <>
      <Health word={status?.health?.status ?? 'Unknown'} />
      <Health word={status?.sync?.status ?? 'Unknown'} />
    </>
  );
  return (
    <>
      <PageTitle beside={beside}>{name}</PageTitle>
      <Facts application={application} />
      {status?.conditions?.map(({ type, message }) => (
        <Problem key={`${type} ${message}`} title={type}>
          {message}
        </Problem>
      ))}
      <Operation application={application} />
      <SyncButton application={application} />
      <Section title="What it consists of">
        <ResourceTree
          application={{ namespace, name }}
          namespace={application.spec.destination?.namespace ?? namespace}
          resources={status?.resources ?? []}
        />
      </Section>
      <History application={application} />
      <Events namespace={namespace} name={name} />
      <SameCommand command={`kubectl get application ${name} -n ${namespace} -o yaml`} />
      <ShowYaml object={application} />
    </>
  );
}
