import { Badge, Card, Group, Text, TextInput, Title } from '@mantine/core';
import { Template } from '@slipway/kinds';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { aboutTemplate, type TemplateFacts } from './about-template.ts';

/** The golden paths, with what each sets up. */
export function CreatePage() {
  const { items, error } = useLive(Template);
  const { q = '' } = useSearch({ strict: false }) as { q?: string };
  const navigate = useNavigate();
  const all = (items ?? []).map(aboutTemplate).sort((a, b) => a.title.localeCompare(b.title));
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = all.filter(each => words.every(word => each.searched.includes(word)));
  const search = (text: string) =>
    void navigate({ to: paths.create(), search: (text === '' ? {} : { q: text }) as never, replace: true });
  return (
    <>
      <PageTitle>Create</PageTitle>
      {error ? <Problem title="The templates could not be read">{error}</Problem> : null}
      {items || error ? null : <Waiting what="reading templates" />}
      {all.length > 1 ? (
        <TextInput
          label="Find a template"
          type="search"
          maw={360}
          mb="md"
          value={q}
          onChange={event => search(event.currentTarget.value)}
        />
      ) : null}
      {items && fitting.length === 0 ? <Text>No template fits.</Text> : null}
      <div className="cards">
        {fitting.map(each => (
          <TemplateCard key={each.id} {...each} />
        ))}
      </div>
      <SameCommand command="kubectl get templates.scaffolder.backstage.io -A" />
    </>
  );
}

function TemplateCard({ id, title, description, type, owner, tags, trouble }: TemplateFacts) {
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h4">
        <Link to={paths.template(id)}>{title}</Link>
      </Title>
      <Text mt="xs">{description}</Text>
      {trouble ? (
        <Text mt="xs" c="var(--mantine-color-error)">
          It cannot run here: {trouble}
        </Text>
      ) : null}
      <Group gap="xs" mt="sm">
        <Badge variant="default" tt="none">
          {type}
        </Badge>
        {tags.map(tag => (
          <Badge key={tag} variant="default" tt="none">
            {tag}
          </Badge>
        ))}
        {owner ? <Text c="dimmed">by {owner.replace(/^group:(default\/)?/, '')}</Text> : null}
      </Group>
    </Card>
  );
}
