import { messageOf } from '@slipway/api';
import { Template, TemplateRun } from '@slipway/kinds';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { type Page, SchemaForm } from '../forms/schema-form.tsx';
import { paths } from '../paths.ts';
import { Problem, SameCommand, Waiting } from '../ui/notice.tsx';
import { PageTitle } from '../ui/page-title.tsx';

/** One golden path: its form; sending it starts a run. */
export function TemplatePage() {
  const { template: name } = useParams({ strict: false }) as { template: string };
  const { items, error } = useLive(Template, { name });
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  const navigate = useNavigate();
  const template = items?.[0];
  const send = async (values: Record<string, unknown>) => {
    setBusy(true);
    setFailure(undefined);
    try {
      const run = await start(name, values);
      await navigate({ to: paths.run(run.metadata.namespace ?? '', run.metadata.name) });
    } catch (reason) {
      setFailure(messageOf(reason));
      setBusy(false);
    }
  };
  if (error) return <Problem title="The template could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading the template" />;
  if (!template)
    return <Problem title={`There is no template ${name}`}>Choose another under Create.</Problem>;
  return (
    <>
      <PageTitle>
        {(template.metadata as { title?: string }).title ??
          template.metadata.annotations?.['slipway.dev/title'] ??
          name}
      </PageTitle>
      {failure ? <Problem title="The run was not started">{failure}</Problem> : null}
      <SchemaForm
        pages={pagesOf(template.spec.parameters)}
        draft={`template/${name}`}
        busy={busy}
        onSubmit={send}
      />
      <SameCommand command={`slipway service create --template ${name} --name <name>`} />
    </>
  );
}

function pagesOf(parameters: unknown): Page[] {
  if (parameters === undefined) return [];
  return (Array.isArray(parameters) ? parameters : [parameters]) as Page[];
}

function start(template: string, values: Record<string, unknown>) {
  const team = typeof values.owner === 'string' && values.owner !== '' ? values.owner : 'default';
  return client.create(TemplateRun, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'TemplateRun',
    metadata: { generateName: `${template}-`, namespace: `team-${team}` },
    spec: { template, values },
  });
}
