import { Card, Text, Title } from '@mantine/core';
import { Template } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { useLive } from '../api/live.ts';
import { paths } from '../paths.ts';
import { Problem, Waiting } from '../ui/notice.tsx';
import { PageTitle } from '../ui/page-title.tsx';

/** The golden paths, with what each sets up. */
export function CreatePage() {
  const { items, error } = useLive(Template);
  return (
    <>
      <PageTitle>Create</PageTitle>
      {error ? <Problem title="The templates could not be read">{error}</Problem> : null}
      {items || error ? null : <Waiting what="reading templates" />}
      <div className="cards">
        {items?.map(item => (
          <TemplateCard key={item.metadata.uid} item={item} />
        ))}
      </div>
    </>
  );
}

function TemplateCard({ item }: { item: Template }) {
  const { name = '' } = item.metadata;
  const { title, description } = item.metadata as { title?: string; description?: string };
  const annotations = item.metadata.annotations ?? {};
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h4">
        <Link to={paths.template(name)}>{title ?? annotations['slipway.dev/title'] ?? name}</Link>
      </Title>
      <Text mt="xs">
        {description ?? annotations['slipway.dev/description'] ?? `Type: ${item.spec.type}`}
      </Text>
    </Card>
  );
}
