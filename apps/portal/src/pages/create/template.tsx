import { Checkbox, NativeSelect, Text } from '@mantine/core';
import { messageOf } from '@slipway/api';
import { Template } from '@slipway/kinds';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useLive } from '../../api/live.ts';
import { usePerson } from '../../api/person.ts';
import { preferredTeam } from '../../api/preferences.ts';
import { pagesOf } from '../../forms/form.ts';
import { useTeams } from '../../forms/pickers/entities.ts';
import { type Labels, SchemaForm, type Sent } from '../../forms/schema-form.tsx';
import { paths } from '../../paths.ts';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import { aboutTemplate } from './about-template.ts';
import { draftOf, startRun } from './start-run.ts';
import { teamOf } from './team-of.ts';

/** One golden path: its form; sending it starts a run. */
export function TemplatePage() {
  const { template: id } = useParams({ strict: false }) as { template: string };
  const [first = '', second] = id.split('/');
  const place =
    second === undefined ? { namespace: 'default', name: first } : { namespace: first, name: second };
  const { items, error } = useLive(Template, place);
  const { name: person } = usePerson();
  const template = items?.[0];
  if (error && !template) return <Problem title="The template could not be read">{error}</Problem>;
  if (!items || person === undefined) return <Waiting what="reading the template" />;
  if (!template) return <Problem title={`There is no template ${id}`}>Choose another under Create.</Problem>;
  const { title, description, trouble } = aboutTemplate(template);
  return (
    <>
      <PageTitle>{title}</PageTitle>
      {description ? <Text mb="md">{description}</Text> : null}
      {trouble ? <Problem title="This template cannot run here">{trouble}</Problem> : null}
      <TemplateForm key={id} id={id} template={template} person={person} />
      <SameCommand command={commandOf(id, template)} />
      <ShowYaml object={template} />
    </>
  );
}

function commandOf(id: string, { spec }: Template): string {
  const named = pagesOf(spec.parameters).some(({ schema }) => schema.properties?.name);
  return named
    ? `slipway service create --template ${id} --name <name>`
    : `slipway template run ${id} --set <key=value>`;
}

interface Props {
  id: string;
  template: Template;
  person: string;
}

function TemplateForm({ id, template, person }: Props) {
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [keep, setKeep] = useState(false);
  const { all, mine } = useTeams();
  const [chosen, setChosen] = useState<string>();
  const teams = mine.length > 0 ? mine : all;
  const other = chosen ?? preferredTeam(teams) ?? teams[0] ?? 'default';
  const navigate = useNavigate();
  const send = async ({ values, secrets }: Sent): Promise<boolean> => {
    setBusy(true);
    setFailure(undefined);
    try {
      const team = teamOf(values) ?? other;
      const run = await startRun({
        template: id,
        team,
        values,
        secrets,
        onFailure: keep ? 'keep' : 'remove',
      });
      void navigate({ to: paths.run(run.metadata.namespace ?? '', run.metadata.name ?? '') });
      return true;
    } catch (reason) {
      setFailure(messageOf(reason));
      setBusy(false);
      return false;
    }
  };
  return (
    <>
      {failure ? <Problem title="The run was not started">{failure}</Problem> : null}
      <SchemaForm
        pages={pagesOf(template.spec.parameters)}
        draft={draftOf(person, id)}
        labels={labelsOf(template)}
        busy={busy}
        onSubmit={send}
      >
        {values => (
          <>
            {teamOf(values) === undefined ? (
              <NativeSelect
                label="Team"
                description="Whose it will be."
                data={teams.length > 0 ? teams : ['default']}
                value={other}
                onChange={event => setChosen(event.currentTarget.value)}
              />
            ) : null}
            <Checkbox
              label="When a step fails, keep what was made, so that it can be retried from that step"
              checked={keep}
              onChange={event => setKeep(event.currentTarget.checked)}
            />
          </>
        )}
      </SchemaForm>
    </>
  );
}

/** What the buttons say, which a template may choose (`presentation.buttonLabels`). */
function labelsOf({ spec }: Template): Labels {
  const own = ((spec.presentation as { buttonLabels?: unknown } | undefined)?.buttonLabels ?? {}) as {
    backButtonText?: string;
    reviewButtonText?: string;
    createButtonText?: string;
  };
  return {
    back: own.backButtonText ?? 'Back',
    review: own.reviewButtonText ?? 'Review',
    create: own.createButtonText ?? 'Create',
  };
}
