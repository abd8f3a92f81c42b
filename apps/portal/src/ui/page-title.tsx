import { Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

interface Props {
  children: string;
  /** Stands beside the title: health, what one can do. */
  beside?: ReactNode;
}

/** The page's one first-level heading, which also names the browser's tab. */
export function PageTitle({ children, beside }: Props) {
  useEffect(() => {
    document.title = `${children} · Slipway`;
  }, [children]);
  return (
    <div className="page-title">
      <Title order={1} size="h2">
        {children}
      </Title>
      {beside}
    </div>
  );
}
