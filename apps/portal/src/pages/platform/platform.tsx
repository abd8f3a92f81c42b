import { Text, Title } from '@mantine/core';
import { Capability, Component } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { type Band, bandsOf, chosenFor } from './bands.ts';
import { healthOf, troubleOf } from './tool.ts';
import { Tools } from './tools.tsx';
import './platform.css';

/** The capability map, live: what is chosen for each capability, and how its last probe went. */
export function PlatformPage() {
  const map = useLive(Capability);
  const components = useLive(Component);
  const error = map.error ?? components.error;
  if (error) return <Problem title="The map could not be read">{error}</Problem>;
  if (!map.items || !components.items) return <Waiting what="reading the map" />;
  const chosen = components.items;
  const ill = chosen.filter(each => healthOf(each) !== 'Healthy');
  return (
    <>
      <PageTitle beside={<Health word={ill.length === 0 ? 'Healthy' : 'Degraded'} />}>Platform</PageTitle>
      <Text c="dimmed">
        What this platform can do, with what, and how it is: {chosen.length} technologies run,{' '}
        {chosen.length - ill.length} answer. Choose a field to see guidance and alternatives.
      </Text>
      {ill.map(each => (
        <Problem key={each.metadata.name} title={`${each.spec.technology} is not healthy`}>
          {troubleOf(each)}
        </Problem>
      ))}
      {bandsOf(map.items).map(band => (
        <MapBand key={band.title} band={band} components={chosen} />
      ))}
      <Tools components={chosen} />
      <SameCommand command="slipway capability list" />
    </>
  );
}

function MapBand({ band, components }: { band: Band; components: Component[] }) {
  return (
    <section className="section">
      <Title order={2} size="h5" mb="xs">
        {band.title}
      </Title>
      <div className="map">
        {band.capabilities.map(capability => (
          <Field key={capability.metadata.name} capability={capability} components={components} />
        ))}
      </div>
    </section>
  );
}

function Field({ capability, components }: { capability: Capability; components: Component[] }) {
  const { metadata, spec } = capability;
  const id = metadata.name ?? '';
  const chosen = chosenFor(id, components);
  return (
    <Link to={paths.capability(id)} className="field" data-chosen={chosen.length > 0}>
      <span className="field-title">{spec.title}</span>
      {chosen.map(each => (
        <span key={each.spec.technology} className="field-choice">
          <Health word={healthOf(each, id)} />
          {each.spec.technology}
        </span>
      ))}
      {chosen.length === 0 ? <span className="field-choice">{othersOf(spec.technologies)}</span> : null}
    </Link>
  );
}

function othersOf(technologies: Capability['spec']['technologies']): string {
  const ready = technologies.filter(({ runs }) => runs).map(({ id }) => id);
  if (ready.length > 0) return `not chosen; ready: ${ready.join(', ')}`;
  return `nothing runs yet; guidance on ${technologies.length}`;
}
